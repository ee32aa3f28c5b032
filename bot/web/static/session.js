// Plays the animation, unless this person asked for less motion.

import { reducedMotion } from "./elements.js";

if (!reducedMotion.matches) document.querySelector("video")?.play().catch(() => {});
