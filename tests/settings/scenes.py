"""The scenes that show what the settings do: one for each setting that can be seen.

Every row of a scene is a command for the built-in model, as a user would type it; the rows differ
in the scene's setting alone. Few frames and few steps: together they are a test.
"""

from dataclasses import dataclass

TO_STAR = "0: a red circle on a white background | 5: a blue star on a night sky"
TO_SNOW_STAR = "0: a pink flower in the snow | 2: a yellow star in the snow"
MOON = "a yellow moon on a blue background --frames 6"
EARLIER = "0123456789abcdef01234567"
"""The id of an earlier result, which scenes start from."""
REPAINTED = "0: a green house on a white background | 5: a pink house at sunset --strength 1"
CLIP = "a circle on a white background --frames 6 --strength 0.3"


@dataclass(frozen=True)
class Row:
    """One command, the name of what is attached to it, and what the row is called in the page."""

    told: str
    command: str
    attached: str = ""


@dataclass(frozen=True)
class Scene:
    """The rows that show a setting, top to bottom."""

    setting: str
    rows: tuple[Row, ...]


def scene(setting: str, base: str, *values: str, attached: str = "") -> Scene:
    """A scene whose rows add one flag to the same command; an empty value leaves the flag out."""
    flag = "--" + setting.replace("_", "-")
    rows = []
    for value in values:
        written = f"{flag} {value}".strip() if value else ""
        rows.append(Row(written or f"no {flag}", f"{base} {written}".strip(), attached))
    return Scene(setting, tuple(rows))


PROMPTS = (
    Scene(
        "prompts",
        (
            Row("two keyframes", TO_STAR),
            Row(
                "three keyframes",
                "0: a red circle on a white background | 3: a green tree in the snow "
                "| 5: a blue star on a night sky",
            ),
        ),
    ),
    scene("negative_prompt", "a star --frames 6 --guidance-scale 5 --seed 4", "", "on the sea"),
    scene("use_prompt_embeds", f"{TO_STAR} --use-fixed-latent", "on", "off"),
)

PIPELINE = (
    scene("controlnet", REPAINTED, "", "edges", attached="house on the left"),
    scene(
        "controlnet_scale",
        f"{REPAINTED} --controlnet edges",
        "1",
        "0: (0), 5: (1)",
        attached="house on the left",
    ),
)

DIFFUSION = (
    scene("seed", "0: a heart | 5: a star", "3", "4"),
    scene("steps", TO_STAR, "1", "2", "12"),
    scene(
        "guidance_scale",
        "a red star at sunset --frames 6 --use-fixed-latent",
        "3",
        "0: (1), 5: (25)",
    ),
    scene(
        "strength",
        "a blue star on a white background --frames 6",
        "0.3",
        "0: (0.1), 5: (1)",
        attached="disc",
    ),
    scene("width", "0: a red boat on the sea | 5: a blue boat at sunset", "", "192"),
    scene("height", "0: a red boat on the sea | 5: a blue boat at sunset", "", "192"),
    scene("use_fixed_latent", "0: a heart | 5: a heart", "off", "on"),
    scene("scheduler", TO_STAR, "default", "euler_ads"),
    scene(
        "scheduler_args",
        f"{TO_STAR} --scheduler ddim --steps 3",
        '{"timestep_spacing": "leading"}',
        '{"timestep_spacing": "trailing"}',
    ),
    scene(
        "pipeline_args",
        "0: a red heart at sunset | 5: a purple star at sunset --guidance-scale 12",
        "",
        '{"guidance_rescale": 1.0}',
    ),
)

PREPROCESSING = (
    scene(
        "preprocess",
        f"{REPAINTED} --controlnet edges",
        "canny",
        "none",
        attached="house on the left",
    ),
)

ANIMATION = (
    scene("frames", "a pink flower in the snow --zoom 1.1", "3", "6"),
    scene("seconds", "a pink flower in the snow --zoom 1.1 --fps 6", "0.5", "1"),
    scene(
        "fit",
        f"{TO_SNOW_STAR} --interpolation linear --fps 6",
        "",
        "audio",
        attached="beats",
    ),
    scene("interpolation", f"{TO_STAR} --fps 6", "linear", "sine", "audio", attached="beats"),
    scene("interpolation_args", f"{TO_STAR} --interpolation sine", "0.5", "1.0", "2.0"),
    scene("mel_reduce", f"{TO_STAR} --fps 6", "max", "median", attached="hum, then hiss"),
    scene("diffusion_cadence", TO_STAR, "1", "5"),
    scene(
        "optical_flow_cadence",
        f"{CLIP} --video-every-nth 1 --diffusion-cadence 5",
        "off",
        "on",
        attached="crossing",
    ),
)

MOTION = (
    scene("zoom", MOON, "1.08", "0.92"),
    scene("angle", f"{MOON} --strength 0.15", "15", "-15"),
    scene("translation_x", MOON, "8", "-8"),
    scene("translation_y", MOON, "8", "-8"),
    scene("transform_center_x", f"{MOON} --zoom 1.1", "0", "1"),
    scene("transform_center_y", f"{MOON} --zoom 1.1", "0", "1"),
    scene(
        "padding",
        "a big red star at sunset --frames 6 --strength 0.1 --translation-y 44",
        "border",
        "reflection",
        "wrap",
        "zeros",
    ),
)

COHERENCE = (
    scene("coherence_scale", TO_STAR, "0", "1000", "4000"),
    scene("coherence_alpha", f"{TO_STAR} --coherence-scale 3000 --use-fixed-latent", "1", "0.4"),
    scene("coherence_steps", f"{TO_STAR} --coherence-scale 2000", "1", "4"),
    scene(
        "noise", "a red house in the desert --frames 6 --use-fixed-latent", "0", "0: (0), 5: (0.7)"
    ),
    scene(
        "color_match",
        "a yellow house at sunset --frames 6 --zoom 1.03 --strength 0.4",
        "off",
        "on",
        attached="house",
    ),
)

MEDIA = (
    scene(
        "audio_component",
        f"{TO_STAR} --fps 6",
        "harmonic",
        "percussive",
        attached="hum, then claps",
    ),
    scene("video_every_nth", CLIP, "1", "4", attached="crossing"),
    scene("video_start", f"{CLIP} --video-every-nth 2", "0", "12", attached="crossing"),
    scene("video_end", f"{CLIP} --video-every-nth 4", "", "8", attached="crossing"),
    scene(
        "resample",
        "a green circle on a white background --frames 6 --strength 0.5",
        EARLIER,
        f"{EARLIER}@12",
    ),
)

OUTPUT = (
    scene(
        "fps",
        "0s: a red circle on a white background | 0.5s: a blue star on a night sky",
        "4",
        "10",
    ),
    scene("loop", TO_STAR, "off", "on"),
)

SCENES: tuple[Scene, ...] = (
    *PROMPTS,
    *PIPELINE,
    *DIFFUSION,
    *PREPROCESSING,
    *ANIMATION,
    *MOTION,
    *COHERENCE,
    *MEDIA,
    *OUTPUT,
)
"""All scenes, in the settings' order."""
