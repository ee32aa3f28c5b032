"""Pictures of Discord messages, drawn from what the bot really sent (`make pictures`)."""
