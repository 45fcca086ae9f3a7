/** The page of a tracking code: copying and sharing it. */
import { forget } from "./draft";

const code = document.querySelector<HTMLElement>("#code");
if (code) {
  forget(); // the report was taken
  const bar = document.querySelector<HTMLElement>(".ticket .js-only");
  const copy = document.querySelector<HTMLButtonElement>("#copy");
  const share = document.querySelector<HTMLButtonElement>("#share");
  const canCopy = "clipboard" in navigator;
  const canShare = "share" in navigator;
  if (bar) bar.hidden = !(canCopy || canShare);
  if (copy) copy.hidden = !canCopy;
  if (share) share.hidden = !canShare;
  copy?.addEventListener("click", () => {
    void navigator.clipboard.writeText(code.textContent.trim()).then(() => {
      copy.textContent = copy.dataset.done ?? "";
    });
  });
  share?.addEventListener("click", () => {
    const { link = "", title = "" } = share.dataset;
    navigator.share({ title, url: link }).catch(() => undefined); // closed without sharing
  });
}
