import { describe, expect, it } from "vitest";
import { readLink, writeLink } from "./deep-link";

describe("deep link", () => {
  it("reads back what it wrote", () => {
    const link = {
      view: { zoom: 16.25, lat: 30.71234, lon: 117.00512 },
      ask: { lat: 30.712345, lon: 117.005123 },
      facility: "50010106 01/2&3",
      category: "0106",
      accuracy: 20,
      lang: "en",
    };
    expect(readLink(writeLink(link))).toEqual(link);
  });

  it.each(["", "#", "#map=1/2", "#map=x/1/2", "#map=3/91/0", "#ask=1/181", "#accuracy=-4"])(
    "leaves out what cannot be understood: %s",
    (hash) => {
      expect(readLink(hash)).toEqual({});
    },
  );
});
