// The stage: the box in which a card shows its preview and then its animation.

import { element, reducedMotion } from "./elements.js";

// A long conversation holds many animations; only those in sight are loaded and play.
const inSight = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) target.play().catch(() => {});
      else target.pause();
    }
  },
  { rootMargin: "200px" },
);

/** Show a preview once it is decoded: the one before stays until then, a late one is left out. */
export function showPreview(stage, address, number) {
  if (number <= Number(stage.dataset.asked ?? 0)) return;
  stage.dataset.asked = number;
  const picture = element("img", { src: address, alt: "Preview of the frame just rendered" });
  picture.decode().then(
    () => {
      if (number < Number(stage.dataset.shown ?? 0)) return;
      stage.dataset.shown = number;
      fit(stage, picture.naturalWidth, picture.naturalHeight);
      stage.classList.remove("waiting");
      stage.replaceChildren(picture);
    },
    () => {}, // the render was over before it came
  );
}

/** The animation, in a box of the preview's shape until its own is known. */
export function player(card, page, ratio) {
  const stage = element("div", { className: "stage" });
  stage.style.aspectRatio = ratio;
  stage.append(...(card.format === "mp4" ? video(stage, card, page) : picture(stage, card, page)));
  return stage;
}

function video(stage, card, page) {
  const made = element("video", {
    src: `${page}/animation`,
    poster: `${page}/poster`,
    preload: reducedMotion.matches ? "metadata" : "none",
    loop: true,
    muted: true,
    playsInline: true,
    controls: true,
    "aria-label": card.title,
  });
  made.addEventListener("loadedmetadata", () => fit(stage, made.videoWidth, made.videoHeight));
  if (!reducedMotion.matches) inSight.observe(made);
  return [made];
}

function picture(stage, card, page) {
  const still = reducedMotion.matches;
  const made = element("img", { loading: "lazy", alt: card.title });
  made.addEventListener("load", () => fit(stage, made.naturalWidth, made.naturalHeight));
  made.src = `${page}/${still ? "poster" : "animation"}`;
  return still ? [made, playButton(made, page)] : [made];
}

function playButton(picture, page) {
  const play = element("button", { type: "button", className: "play", textContent: "Play" });
  play.addEventListener("click", () => {
    picture.src = `${page}/animation`;
    play.remove();
  });
  return play;
}

function fit(stage, width, height) {
  if (width && height) stage.style.aspectRatio = `${width} / ${height}`;
}
