/** The photos of a report: shown, taken away again, and sent once however often sending is tried. */
import { say } from "./words";

const MOST_BYTES = 25 * 1024 * 1024;

interface Photo {
  file: File;
  url: string;
  token?: string; // the server holds it already
}

export class Photos {
  private photos: Photo[] = [];

  constructor(
    inputs: HTMLInputElement[],
    private readonly list: HTMLElement,
    private readonly most: number,
    private readonly kept: number,
    private readonly complain: (words: string) => void,
  ) {
    for (const input of inputs) {
      input.addEventListener("change", () => {
        this.add([...(input.files ?? [])]);
        input.value = "";
      });
    }
  }

  /** Put the photos into what is sent: files not yet held, and the tokens of those that are. */
  into(data: FormData): File[] {
    data.delete("photos");
    const sent: File[] = [];
    for (const photo of this.photos) {
      if (photo.token) data.append("kept", photo.token);
      else {
        data.append("photos", photo.file);
        sent.push(photo.file);
      }
    }
    return sent;
  }

  /** What became of the files sent, in their order: a token, or null for one that was refused. */
  answered(sent: File[], tokens: (string | null)[]): void {
    sent.forEach((file, number) => {
      const token = tokens[number];
      if (token === undefined) return;
      const photo = this.photos.find((one) => one.file === file);
      if (photo && token) photo.token = token;
      if (photo && token === null) this.remove(photo);
    });
    this.draw();
  }

  private add(files: File[]): void {
    for (const file of files) {
      if (this.photos.length + this.kept >= this.most) {
        this.complain(say("many", { most: this.most }));
        break;
      }
      if (file.size > MOST_BYTES) this.complain(say("large", { name: file.name }));
      else this.photos.push({ file, url: URL.createObjectURL(file) });
    }
    this.draw();
  }

  private remove(photo: Photo): void {
    URL.revokeObjectURL(photo.url);
    this.photos = this.photos.filter((one) => one !== photo);
  }

  private draw(): void {
    this.list.replaceChildren(
      ...this.photos.map((photo, place) => {
        const item = document.createElement("li");
        const picture = document.createElement("img");
        picture.src = photo.url;
        picture.alt = photo.file.name;
        picture.addEventListener("error", () => {
          // A HEIC that this browser cannot draw is a photo all the same.
          const name = document.createElement("span");
          name.textContent = photo.file.name;
          picture.replaceWith(name);
        });
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = "×";
        button.setAttribute("aria-label", say("remove", { number: place + 1 }));
        button.addEventListener("click", () => {
          this.remove(photo);
          this.draw();
        });
        item.append(picture, button);
        return item;
      }),
    );
    this.list.hidden = this.photos.length === 0;
  }
}
