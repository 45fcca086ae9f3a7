"""What a phone's camera sees in tests: pictures that differ, frame by frame, instead of Chromium's clock face.

The clock face repeats itself to the byte, and the same bytes are the same photo.
"""

from pathlib import Path

import numpy as np

from tests.photos import picture

WIDTH, HEIGHT = 320, 240
FRAMES = 12
PERMITTED = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


def camera(folder: Path, *, seed: int = 1) -> list[str]:
    """Arguments for Chromium: a camera that shows another picture every half second."""
    film = folder / f"camera-{seed}.y4m"
    with film.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F2:1 Ip A1:1 C420jpeg\n".encode())
        for number in range(FRAMES):
            image = picture(seed * 1000 + number, (WIDTH, HEIGHT)).convert("YCbCr")
            light, blue, red = (np.asarray(band) for band in image.split())
            planes = (light, blue[::2, ::2], red[::2, ::2])
            file.write(b"FRAME\n" + b"".join(plane.tobytes() for plane in planes))
    return [*PERMITTED, f"--use-file-for-fake-video-capture={film}"]
