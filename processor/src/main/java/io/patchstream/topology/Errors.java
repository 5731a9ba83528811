package io.patchstream.topology;

import java.nio.file.NoSuchFileException;
import java.util.LinkedHashSet;
import java.util.Set;

/** Reads what an exception and those beneath it say. */
final class Errors {

  private Errors() {}

  /** The messages from the outermost to the innermost, each once, without a full stop. */
  static String reasons(Throwable error) {
    Set<String> reasons = new LinkedHashSet<>();
    for (Throwable link = error; link != null; link = link.getCause()) {
      String message = link.getMessage();
      if (message == null) {
        message = link.getClass().getSimpleName();
      } else if (link instanceof NoSuchFileException) {
        message = "no file " + message;
      }
      // An exception that was made of its cause alone repeats it.
      if (link.getCause() == null || !message.equals(link.getCause().toString())) {
        reasons.add(message.replaceFirst("\\.$", ""));
      }
    }
    return String.join(": ", reasons);
  }
}
