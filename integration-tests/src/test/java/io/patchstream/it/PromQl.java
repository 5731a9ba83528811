package io.patchstream.it;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** As much of Prometheus's query language as tells which metrics a query names. */
final class PromQl {

  private static final Pattern LABELS = Pattern.compile("\\{[^}]*\\}");
  private static final Pattern RANGE = Pattern.compile("\\[[^]]*\\]");
  private static final Pattern GROUPING =
      Pattern.compile("\\b(by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");

  /** A name that nothing is called with; label_values is Grafana's own. */
  private static final Pattern NAME = Pattern.compile("\\b[a-zA-Z_:][a-zA-Z0-9_:]*\\b(?!\\s*\\()");

  private static final Set<String> OPERATORS =
      Set.of("and", "or", "unless", "by", "without", "on", "ignoring", "bool", "offset");

  private PromQl() {}

  /** The metrics that a query names. */
  static Set<String> metrics(String query) {
    String bare = LABELS.matcher(query).replaceAll("");
    bare = GROUPING.matcher(RANGE.matcher(bare).replaceAll("")).replaceAll("");
    Set<String> names = new TreeSet<>();
    Matcher name = NAME.matcher(bare);
    while (name.find()) {
      if (!OPERATORS.contains(name.group())) {
        names.add(name.group());
      }
    }
    return names;
  }
}
