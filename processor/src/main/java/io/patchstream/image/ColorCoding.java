package io.patchstream.image;

/** What the samples of a stored picture stand for. */
enum ColorCoding {
  GRAY,
  RGB,
  /** Indices into the picture's own table of colours. */
  PALETTE,
  /** JFIF's luma and chroma. */
  YCBCR,
  /** Inverted, as Adobe stores it: 255 is no ink. */
  CMYK,
  /** The same with cyan, magenta and yellow as luma and chroma. */
  YCCK
}
