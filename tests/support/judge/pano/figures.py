# SPDX-License-Identifier: MIT
"""People and poles: small pictures that stand before a world."""
import cv2
import numpy as np

from renderer import Figure


def person(seed, lon, lat, height_deg):
    """Head, body, arms, legs in plain colours that differ from most worlds; 256 pixels tall."""
    rng = np.random.default_rng([seed, 77])
    h, w = 256, 128
    alpha = np.zeros((h, w), np.uint8)
    picture = np.zeros((h, w, 3), np.float32)
    skin, coat, trousers = (0.35, 0.45, 0.75), rng.uniform(0, 1, 3), rng.uniform(0, 0.3, 3)
    coat = coat / coat.max() * rng.uniform(0.35, 0.65)

    def part(draw, colour):
        mask = np.zeros((h, w), np.uint8)
        draw(mask)
        alpha[mask > 0] = 255
        picture[mask > 0] = colour

    part(lambda m: cv2.rectangle(m, (44, 140), (60, 252), 255, -1), trousers)
    part(lambda m: cv2.rectangle(m, (68, 140), (84, 252), 255, -1), trousers)
    part(lambda m: cv2.fillPoly(m, [np.array([[38, 60], [90, 60], [86, 150], [42, 150]])], 255), coat)
    part(lambda m: cv2.line(m, (38, 70), (22, 140), 255, 14), coat)
    part(lambda m: cv2.line(m, (90, 70), (108, 130), 255, 14), coat)
    part(lambda m: cv2.circle(m, (64, 34), 22, 255, -1), skin)
    soft = cv2.GaussianBlur(alpha, (0, 0), 1.5).astype(np.float32) / 255
    fill = cv2.dilate(picture, np.ones((9, 9)))
    picture = np.where(alpha[..., None] > 0, picture, fill)
    return Figure(cv2.GaussianBlur(picture, (0, 0), 1.0), soft, lon, lat, height_deg)


def pole(seed, lon, lat, height_deg):
    """A textured post, for parallax: near, so that it moves against the world when the camera does."""
    rng = np.random.default_rng([seed, 78])
    h, w = 512, 64
    picture = cv2.resize(rng.uniform(0.02, 0.6, (64, 8, 3)).astype(np.float32), (w, h), interpolation=cv2.INTER_CUBIC)
    alpha = np.zeros((h, w), np.float32)
    alpha[4:-4, 12:-12] = 1
    return Figure(np.clip(picture, 0, 1), cv2.GaussianBlur(alpha, (0, 0), 1.5), lon, lat, height_deg)
