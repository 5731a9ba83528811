package io.patchstream.it;

import java.util.List;
import java.util.regex.Pattern;

/** What processors read of their changelog when tasks were assigned to them, as their logs say. */
final class Restores {

  private static final Pattern RESTORED =
      Pattern.compile("Finished restoring changelog .* total number of (\\d+) records");

  private Restores() {}

  /** The Java option with which a processor logs it. */
  static String javaOption() {
    return "-Dlogback.configurationFile=" + Restores.class.getResource("/restores-logback.xml");
  }

  /** Records that were read at each assignment of a task, in all starts of the processors. */
  static long[] records(List<ProcessorProcess> processors) {
    return processors.stream()
        .flatMap(processor -> RESTORED.matcher(processor.logOfAllStarts()).results())
        .mapToLong(match -> Long.parseLong(match.group(1)))
        .toArray();
  }
}
