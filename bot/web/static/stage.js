// The stage: the box in which a card shows its preview and then its animation.

import { element, reducedMotion } from "./elements.js";

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
  const still = reducedMotion.matches;
  if (card.format === "mp4") {
    const video = element("video", {
      src: `${page}/animation`,
      poster: `${page}/poster`,
      loop: true,
      muted: true,
      playsInline: true,
      controls: true,
      autoplay: !still,
      "aria-label": card.title,
    });
    video.addEventListener("loadedmetadata", () => fit(stage, video.videoWidth, video.videoHeight));
    stage.append(video);
    return stage;
  }
  const picture = element("img", { src: `${page}/${still ? "poster" : "animation"}`, alt: card.title });
  picture.addEventListener("load", () => fit(stage, picture.naturalWidth, picture.naturalHeight));
  stage.append(picture);
  if (still) stage.append(playButton(picture, page));
  return stage;
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
