-- A store of version 0.1.0 (commit 1fe6688, DBOS 3.4.0): one job finished, one interrupted, three waiting.
BEGIN TRANSACTION;
CREATE TABLE application_versions (
    version_id TEXT NOT NULL PRIMARY KEY,
    version_name TEXT NOT NULL UNIQUE,
    version_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    created_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
, "application_name" TEXT DEFAULT NULL);
INSERT INTO "application_versions" VALUES('3dc4f399-39fe-4b94-970f-a5218bb93f1b','1',1795387672000,1795387672000,'giffusion');
CREATE TABLE dbos_migrations (version INTEGER NOT NULL PRIMARY KEY);
INSERT INTO "dbos_migrations" VALUES(125);
CREATE TABLE notifications (
    message_uuid TEXT NOT NULL DEFAULT (hex(randomblob(16))) PRIMARY KEY,
    destination_uuid TEXT NOT NULL,
    topic TEXT,
    message TEXT NOT NULL,
    created_at_epoch_ms INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000), "serialization" TEXT DEFAULT NULL, "consumed" BOOLEAN NOT NULL DEFAULT FALSE, consumed_by_function_id INTEGER,
    FOREIGN KEY (destination_uuid) REFERENCES workflow_status(workflow_uuid) 
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE "operation_outputs" (
    workflow_uuid TEXT NOT NULL,
    function_id INTEGER NOT NULL,
    function_name TEXT NOT NULL DEFAULT '',
    output TEXT,
    error TEXT,
    child_workflow_id TEXT,
    started_at_epoch_ms INTEGER,
    completed_at_epoch_ms INTEGER,
    serialization TEXT,
    application_name TEXT DEFAULT NULL,
    retention_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    PRIMARY KEY (workflow_uuid, function_id)
);
INSERT INTO "operation_outputs" VALUES('111111111111111111111111',1,'render','{"kind":"finished","session":"111111111111111111111111","file":"animation.mp4","seconds":0.07495007900433848,"notes":[]}',NULL,NULL,1795387673170,1795387673269,'portable_json','giffusion',1795387673000);
CREATE TABLE queues (
    queue_id TEXT PRIMARY KEY DEFAULT (hex(randomblob(16))),
    name TEXT NOT NULL UNIQUE,
    concurrency INTEGER,
    worker_concurrency INTEGER,
    rate_limit_max INTEGER,
    rate_limit_period_sec REAL,
    priority_enabled BOOLEAN NOT NULL DEFAULT FALSE,
    partition_queue BOOLEAN NOT NULL DEFAULT FALSE,
    polling_interval_sec REAL NOT NULL DEFAULT 1.0,
    created_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    updated_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
, "application_name" TEXT DEFAULT NULL, "partition_concurrency" INTEGER DEFAULT NULL, "partition_worker_concurrency" INTEGER DEFAULT NULL, "partition_rate_limit_max" INTEGER DEFAULT NULL, "partition_rate_limit_period_sec" REAL DEFAULT NULL);
INSERT INTO "queues" VALUES('DDC17A029346196B9DE5970DD86F009F','render',NULL,1,NULL,NULL,1,0,0.1,1795387669000,1795387672821,'giffusion',NULL,NULL,NULL,NULL);
CREATE TABLE streams (
    workflow_uuid TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    "offset" INTEGER NOT NULL, function_id INTEGER NOT NULL DEFAULT 0, "serialization" TEXT DEFAULT NULL,
    PRIMARY KEY (workflow_uuid, key, "offset"),
    FOREIGN KEY (workflow_uuid) REFERENCES workflow_status(workflow_uuid) 
        ON UPDATE CASCADE ON DELETE CASCADE
);
INSERT INTO "streams" VALUES('111111111111111111111111','events','{"kind":"started","frames":3}',0,1,'portable_json');
INSERT INTO "streams" VALUES('111111111111111111111111','events','{"kind":"frame_done","done":3,"frames":3,"elapsed":0.07487235400185455,"preview":"UklGRg=="}',1,1,'portable_json');
INSERT INTO "streams" VALUES('222222222222222222222222','events','{"kind":"started","frames":3}',0,1,'portable_json');
INSERT INTO "streams" VALUES('222222222222222222222222','events','{"kind":"frame_done","done":1,"frames":3,"elapsed":0.020141177003097255,"preview":"UklGRg=="}',1,1,'portable_json');
CREATE TABLE workflow_events (
    workflow_uuid TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL, "serialization" TEXT DEFAULT NULL,
    PRIMARY KEY (workflow_uuid, key),
    FOREIGN KEY (workflow_uuid) REFERENCES workflow_status(workflow_uuid) 
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE workflow_events_history (
    workflow_uuid TEXT NOT NULL,
    function_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL, "serialization" TEXT DEFAULT NULL,
    PRIMARY KEY (workflow_uuid, function_id, key),
    FOREIGN KEY (workflow_uuid) REFERENCES workflow_status(workflow_uuid)
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE workflow_input (
    workflow_uuid TEXT NOT NULL PRIMARY KEY,
    inputs TEXT,
    retention_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
);
INSERT INTO "workflow_input" VALUES('111111111111111111111111','{"namedArgs":{},"positionalArgs":[{"id":"111111111111111111111111","owner":"web:here:user1","settings":{"prompts":{"prompts":"0: a corgi | 3: a lion","negative_prompt":"","use_prompt_embeds":true},"pipeline":{"model":null,"pipeline":null,"custom_pipeline":null,"controlnet":"","adapter":"","controlnet_scale":"1","lora":""},"diffusion":{"seed":1,"steps":null,"guidance_scale":null,"strength":null,"width":null,"height":null,"batch_size":4,"use_fixed_latent":false,"num_latent_channels":null,"scheduler":"default","scheduler_args":{},"pipeline_args":{}},"preprocessing":{"preprocess":""},"animation":{"frames":null,"seconds":null,"fit":null,"interpolation":null,"interpolation_args":"","mel_reduce":"max","diffusion_cadence":1,"optical_flow_cadence":false},"motion":{"zoom":"1","angle":"0","translation_x":"0","translation_y":"0","transform_center_x":"0.5","transform_center_y":"0.5","padding":"border"},"coherence":{"coherence_scale":"0","coherence_alpha":1.0,"coherence_steps":1,"noise":"0","color_match":false},"media":{"audio_component":"both","video_every_nth":null,"video_start":0,"video_end":null,"resample":""},"output":{"format":"mp4","fps":null,"loop":false,"max_bytes":null}},"inputs":{"image":null,"audio":null,"video":null},"platform":"web","conversation":{"frames":3,"pause":0.02},"upload_bytes":10000000}]}',1795387669000);
INSERT INTO "workflow_input" VALUES('222222222222222222222222','{"namedArgs":{},"positionalArgs":[{"id":"222222222222222222222222","owner":"web:here:user2","settings":{"prompts":{"prompts":"0: a boat","negative_prompt":"","use_prompt_embeds":true},"pipeline":{"model":null,"pipeline":null,"custom_pipeline":null,"controlnet":"","adapter":"","controlnet_scale":"1","lora":""},"diffusion":{"seed":2,"steps":null,"guidance_scale":null,"strength":null,"width":null,"height":null,"batch_size":4,"use_fixed_latent":false,"num_latent_channels":null,"scheduler":"default","scheduler_args":{},"pipeline_args":{}},"preprocessing":{"preprocess":""},"animation":{"frames":null,"seconds":null,"fit":null,"interpolation":null,"interpolation_args":"","mel_reduce":"max","diffusion_cadence":1,"optical_flow_cadence":false},"motion":{"zoom":"0: (1.01)","angle":"0","translation_x":"0","translation_y":"0","transform_center_x":"0.5","transform_center_y":"0.5","padding":"border"},"coherence":{"coherence_scale":"0","coherence_alpha":1.0,"coherence_steps":1,"noise":"0","color_match":false},"media":{"audio_component":"both","video_every_nth":null,"video_start":0,"video_end":null,"resample":""},"output":{"format":"mp4","fps":null,"loop":false,"max_bytes":null}},"inputs":{"image":null,"audio":null,"video":null},"platform":"web","conversation":{"frames":3,"gate":"@GATE@"},"upload_bytes":10000000}]}',1795387669000);
INSERT INTO "workflow_input" VALUES('333333333333333333333333','{"namedArgs":{},"positionalArgs":[{"id":"333333333333333333333333","owner":"web:here:user3","settings":{"prompts":{"prompts":"0: a red star | 12: a blue star","negative_prompt":"0: blurry","use_prompt_embeds":true},"pipeline":{"model":null,"pipeline":null,"custom_pipeline":null,"controlnet":"","adapter":"","controlnet_scale":"1","lora":""},"diffusion":{"seed":3,"steps":12,"guidance_scale":"5","strength":null,"width":null,"height":null,"batch_size":4,"use_fixed_latent":false,"num_latent_channels":null,"scheduler":"default","scheduler_args":{},"pipeline_args":{}},"preprocessing":{"preprocess":""},"animation":{"frames":13,"seconds":null,"fit":null,"interpolation":null,"interpolation_args":"","mel_reduce":"max","diffusion_cadence":1,"optical_flow_cadence":false},"motion":{"zoom":"0: (1), 12: (1 + 0.1*sin(t))","angle":"0","translation_x":"0","translation_y":"0","transform_center_x":"0.5","transform_center_y":"0.5","padding":"border"},"coherence":{"coherence_scale":"0","coherence_alpha":1.0,"coherence_steps":1,"noise":"0","color_match":false},"media":{"audio_component":"both","video_every_nth":null,"video_start":0,"video_end":null,"resample":""},"output":{"format":"gif","fps":"24","loop":false,"max_bytes":null}},"inputs":{"image":null,"audio":null,"video":null},"platform":"web","conversation":{"frames":2},"upload_bytes":10000000}]}',1795387669000);
INSERT INTO "workflow_input" VALUES('444444444444444444444444','{"namedArgs":{},"positionalArgs":[{"id":"444444444444444444444444","owner":"web:here:user4","settings":{"prompts":{"prompts":"0: a castle","negative_prompt":"","use_prompt_embeds":true},"pipeline":{"model":null,"pipeline":null,"custom_pipeline":null,"controlnet":"","adapter":"","controlnet_scale":"1","lora":""},"diffusion":{"seed":4,"steps":null,"guidance_scale":null,"strength":null,"width":null,"height":null,"batch_size":4,"use_fixed_latent":false,"num_latent_channels":null,"scheduler":"default","scheduler_args":{},"pipeline_args":{}},"preprocessing":{"preprocess":""},"animation":{"frames":null,"seconds":null,"fit":null,"interpolation":null,"interpolation_args":"","mel_reduce":"max","diffusion_cadence":1,"optical_flow_cadence":false},"motion":{"zoom":"1","angle":"0","translation_x":"0","translation_y":"0","transform_center_x":"0.5","transform_center_y":"0.5","padding":"border"},"coherence":{"coherence_scale":"0","coherence_alpha":1.0,"coherence_steps":1,"noise":"0","color_match":false},"media":{"audio_component":"both","video_every_nth":null,"video_start":0,"video_end":null,"resample":""},"output":{"format":"mp4","fps":null,"loop":false,"max_bytes":null}},"inputs":{"image":"@DATA@/inputs/444444444444444444444444/image.png","audio":null,"video":null},"platform":"web","conversation":{"frames":2},"upload_bytes":10000000}]}',1795387669000);
INSERT INTO "workflow_input" VALUES('555555555555555555555555','{"namedArgs":{},"positionalArgs":[{"id":"555555555555555555555555","owner":"web:here:user5","settings":{"prompts":{"prompts":"0: a forest","negative_prompt":"","use_prompt_embeds":true},"pipeline":{"model":null,"pipeline":null,"custom_pipeline":null,"controlnet":"","adapter":"","controlnet_scale":"1","lora":""},"diffusion":{"seed":5,"steps":null,"guidance_scale":null,"strength":null,"width":null,"height":null,"batch_size":4,"use_fixed_latent":false,"num_latent_channels":null,"scheduler":"default","scheduler_args":{},"pipeline_args":{}},"preprocessing":{"preprocess":""},"animation":{"frames":null,"seconds":null,"fit":null,"interpolation":null,"interpolation_args":"","mel_reduce":"max","diffusion_cadence":1,"optical_flow_cadence":false},"motion":{"zoom":"1","angle":"0","translation_x":"0","translation_y":"0","transform_center_x":"0.5","transform_center_y":"0.5","padding":"border"},"coherence":{"coherence_scale":"0","coherence_alpha":1.0,"coherence_steps":1,"noise":"0","color_match":false},"media":{"audio_component":"both","video_every_nth":null,"video_start":0,"video_end":null,"resample":""},"output":{"format":"mp4","fps":null,"loop":false,"max_bytes":null}},"inputs":{"image":null,"audio":"@DATA@/inputs/555555555555555555555555/song.wav","video":null},"platform":"web","conversation":{"frames":2},"upload_bytes":10000000}]}',1795387669000);
CREATE TABLE workflow_output (
    workflow_uuid TEXT NOT NULL PRIMARY KEY,
    output TEXT,
    error TEXT,
    retention_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
);
INSERT INTO "workflow_output" VALUES('111111111111111111111111','{"kind":"finished","session":"111111111111111111111111","file":"animation.mp4","seconds":0.07495007900433848,"notes":[]}',NULL,1795387673000);
CREATE TABLE workflow_schedules (
    schedule_id TEXT PRIMARY KEY,
    schedule_name TEXT NOT NULL UNIQUE,
    workflow_name TEXT NOT NULL,
    workflow_class_name TEXT,
    schedule TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'ACTIVE',
    context TEXT NOT NULL
, "last_fired_at" TEXT DEFAULT NULL, "automatic_backfill" BOOLEAN NOT NULL DEFAULT FALSE, "cron_timezone" TEXT DEFAULT NULL, "queue_name" TEXT DEFAULT NULL, "application_name" TEXT DEFAULT NULL);
CREATE TABLE workflow_status (
    workflow_uuid TEXT PRIMARY KEY,
    status TEXT,
    name TEXT,
    authenticated_user TEXT,
    assumed_role TEXT,
    authenticated_roles TEXT,
    request TEXT,
    output TEXT,
    error TEXT,
    executor_id TEXT,
    created_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    updated_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    application_version TEXT,
    application_id TEXT,
    class_name TEXT DEFAULT NULL,
    config_name TEXT DEFAULT NULL,
    recovery_attempts INTEGER DEFAULT 0,
    queue_name TEXT,
    workflow_timeout_ms INTEGER,
    workflow_deadline_epoch_ms INTEGER,
    inputs TEXT,
    started_at_epoch_ms INTEGER,
    deduplication_id TEXT,
    priority INTEGER NOT NULL DEFAULT 0
, queue_partition_key TEXT, forked_from TEXT, "owner_xid" TEXT DEFAULT NULL, "parent_workflow_id" TEXT DEFAULT NULL, "serialization" TEXT DEFAULT NULL, "delay_until_epoch_ms" BIGINT DEFAULT NULL, "was_forked_from" BOOLEAN NOT NULL DEFAULT FALSE, "rate_limited" BOOLEAN NOT NULL DEFAULT FALSE, "completed_at" BIGINT, "attributes" TEXT, "schedule_name" TEXT, "debounce_deadline_epoch_ms" BIGINT DEFAULT NULL, "is_debounced" BOOLEAN NOT NULL DEFAULT FALSE, "application_name" TEXT DEFAULT NULL, "creator_xid" TEXT DEFAULT NULL);
INSERT INTO "workflow_status" VALUES('111111111111111111111111','SUCCESS','render','web:here:user1',NULL,NULL,NULL,NULL,NULL,'device-0',1795387669000,1795387673000,'1',NULL,NULL,NULL,1,'render',NULL,NULL,NULL,1795387673000,NULL,1,NULL,NULL,NULL,NULL,'portable_json',NULL,0,0,1795387673000,'{"turn": {"period": "111111111111111111111111", "start": 0.0, "seconds": 7.0, "weight": 1.0, "model": "picturebook", "work": 30.0}}',NULL,NULL,0,'giffusion','7689a5aa-faad-4f83-ad05-a0979d80600a');
INSERT INTO "workflow_status" VALUES('222222222222222222222222','PENDING','render','web:here:user2',NULL,NULL,NULL,NULL,NULL,'device-0',1795387669000,1795387673000,'1',NULL,NULL,NULL,1,'render',NULL,NULL,NULL,1795387673000,NULL,2,NULL,NULL,'b3d9e9be-e2d1-4d60-bc31-81cad4cb65b9',NULL,'portable_json',NULL,0,0,NULL,'{"turn": {"period": "111111111111111111111111", "start": 0.0, "seconds": 9.0, "weight": 1.0, "model": "picturebook", "work": 40.0}}',NULL,NULL,0,'giffusion','5c9870e7-f2c8-4e43-a2c5-6483a38e15f9');
INSERT INTO "workflow_status" VALUES('333333333333333333333333','ENQUEUED','render','web:here:user3',NULL,NULL,NULL,NULL,NULL,NULL,1795387669000,1795387669000,NULL,NULL,NULL,NULL,0,'render',NULL,NULL,NULL,NULL,NULL,3,NULL,NULL,NULL,NULL,'portable_json',NULL,0,0,NULL,'{"turn": {"period": "111111111111111111111111", "start": 0.0, "seconds": 13.0, "weight": 1.0, "model": "picturebook", "work": 60.0}}',NULL,NULL,0,'giffusion','d77d29e2-a122-4a72-9a68-9b81a1d4f173');
INSERT INTO "workflow_status" VALUES('444444444444444444444444','ENQUEUED','render','web:here:user4',NULL,NULL,NULL,NULL,NULL,NULL,1795387669000,1795387669000,NULL,NULL,NULL,NULL,0,'render',NULL,NULL,NULL,NULL,NULL,4,NULL,NULL,NULL,NULL,'portable_json',NULL,0,0,NULL,'{"turn": {"period": "111111111111111111111111", "start": 0.0, "seconds": 5.0, "weight": 1.0, "model": "picturebook", "work": 20.0}}',NULL,NULL,0,'giffusion','1950bdc1-1860-4141-8a12-ccef1b3bf5f4');
INSERT INTO "workflow_status" VALUES('555555555555555555555555','ENQUEUED','render','web:here:user5',NULL,NULL,NULL,NULL,NULL,NULL,1795387669000,1795387669000,NULL,NULL,NULL,NULL,0,'render',NULL,NULL,NULL,NULL,NULL,5,NULL,NULL,NULL,NULL,'portable_json',NULL,0,0,NULL,'{"turn": {"period": "111111111111111111111111", "start": 0.0, "seconds": 3.0, "weight": 1.0, "model": "picturebook", "work": 10.0}}',NULL,NULL,0,'giffusion','db395f47-2425-4aab-ac9a-3a9853398877');
CREATE INDEX workflow_status_created_at_index ON workflow_status (created_at);
CREATE INDEX idx_workflow_topic ON notifications (destination_uuid, topic);
CREATE INDEX "idx_workflow_status_delayed" ON "workflow_status" ("delay_until_epoch_ms") WHERE status = 'DELAYED';
CREATE INDEX "idx_workflow_status_forked_from" ON "workflow_status" ("forked_from") WHERE "forked_from" IS NOT NULL;
CREATE INDEX "idx_workflow_status_parent_workflow_id" ON "workflow_status" ("parent_workflow_id") WHERE "parent_workflow_id" IS NOT NULL;
CREATE UNIQUE INDEX "uq_workflow_status_dedup_id" ON "workflow_status" ("queue_name", "deduplication_id") WHERE "deduplication_id" IS NOT NULL;
CREATE INDEX "idx_workflow_status_pending" ON "workflow_status" ("created_at") WHERE "status" = 'PENDING';
CREATE INDEX "idx_workflow_status_failed" ON "workflow_status" ("status", "created_at") WHERE "status" IN ('ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED');
CREATE INDEX "idx_workflow_status_rate_limited" ON "workflow_status" ("queue_name", "started_at_epoch_ms") WHERE "rate_limited" = TRUE;
CREATE INDEX "idx_workflow_status_completed_at" ON "workflow_status" ("completed_at") WHERE "completed_at" IS NOT NULL;
CREATE INDEX "idx_workflow_status_started_at" ON "workflow_status" ("started_at_epoch_ms") WHERE "started_at_epoch_ms" IS NOT NULL;
CREATE INDEX "idx_workflow_status_schedule_name" ON "workflow_status" ("schedule_name") WHERE "schedule_name" IS NOT NULL;
CREATE UNIQUE INDEX "uq_application_versions_owner_version"
    ON application_versions ("application_name", "version_name")
    WHERE "application_name" IS NOT NULL;
CREATE UNIQUE INDEX "uq_application_versions_unclaimed_version"
    ON application_versions ("version_name")
    WHERE "application_name" IS NULL;
CREATE INDEX idx_workflow_input_retention
    ON workflow_input (retention_timestamp);
CREATE INDEX idx_workflow_output_retention
    ON workflow_output (retention_timestamp);
CREATE INDEX idx_operation_outputs_retention
    ON operation_outputs (retention_timestamp);
CREATE INDEX "idx_workflow_status_in_flight_v2" ON "workflow_status" ("queue_name", "status", "priority", "created_at", "application_name") WHERE "status" IN ('ENQUEUED', 'PENDING');
CREATE INDEX "idx_workflow_status_partition_dequeue_v3" ON "workflow_status" ("queue_name", "status", "queue_partition_key", "priority", "created_at", "workflow_uuid", "application_name") WHERE "status" IN ('ENQUEUED', 'PENDING') AND "queue_partition_key" IS NOT NULL;
CREATE INDEX "idx_operation_outputs_completed_at_function_name_v2" ON "operation_outputs" ("completed_at_epoch_ms", "function_name", "application_name");
CREATE INDEX "idx_workflow_status_deadline" ON "workflow_status" ("workflow_deadline_epoch_ms") WHERE "status" IN ('ENQUEUED', 'PENDING', 'DELAYED') AND "workflow_deadline_epoch_ms" IS NOT NULL;
CREATE INDEX "idx_application_versions_timestamp" ON "application_versions" ("version_timestamp" DESC);
CREATE INDEX "idx_application_versions_owner_timestamp" ON "application_versions" ("application_name", "version_timestamp" DESC);
COMMIT;
