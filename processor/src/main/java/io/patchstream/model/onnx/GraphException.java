package io.patchstream.model.onnx;

/** A graph is not what is looked for; the message says why, in the terms of the file. */
final class GraphException extends Exception {

  GraphException(String message) {
    super(message);
  }
}
