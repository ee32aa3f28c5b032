// Small helpers for building the page. Texts become text nodes: nothing a user wrote is ever HTML.

/** An element with properties, `aria-` attributes among them, and children; null is no child. */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || !(name in made)) made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** A duration as people say it: "8 s", "2 min 5 s". */
export function duration(seconds) {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  return whole % 60 ? `${Math.floor(whole / 60)} min ${whole % 60} s` : `${whole / 60} min`;
}

/** A size in bytes as people say it. */
export function fileSize(bytes) {
  if (bytes < 1024 ** 2) return `${Math.ceil(bytes / 1024)} KB`;
  return `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}

export const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");
