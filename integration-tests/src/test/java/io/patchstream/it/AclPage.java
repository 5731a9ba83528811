package io.patchstream.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** The lists of ACLs in SECURITY.md, as commands of kafka-acls.sh. */
final class AclPage {

  /** What a processor needs. */
  static final String PROCESSOR = "## ACLs";

  /** What a processor can do without. */
  static final String WORTH_GIVING = "### Worth giving";

  /** What {@code replay} needs beside that. */
  static final String REPLAY = "### Replay";

  /** What {@code topics} needs beside that. */
  static final String TOPICS = "### Topics";

  private static final Path PAGE =
      Path.of(System.getProperty("patchstream.distribution", "../processor/target/patchstream"))
          .resolve("SECURITY.md");

  private static final Pattern COMMAND =
      Pattern.compile(
          "\\$acl --operation (\\w+) --(topic|group|transactional-id) (\\S+)"
              + "( --resource-pattern-type prefixed)?");

  private static final Map<String, ResourceType> TYPES =
      Map.of(
          "topic", ResourceType.TOPIC,
          "group", ResourceType.GROUP,
          "transactional-id", ResourceType.TRANSACTIONAL_ID);

  private AclPage() {}

  /**
   * One binding for each line.
   *
   * @param heading what they stand under
   * @param principal whom they are for
   * @param topic what the test calls a topic of the page
   */
  static List<AclBinding> bindings(String heading, String principal, UnaryOperator<String> topic) {
    try {
      return Files.readAllLines(PAGE).stream()
          .dropWhile(line -> !line.equals(heading))
          .skip(1)
          .takeWhile(line -> !line.startsWith("#"))
          .filter(line -> line.startsWith("$acl "))
          .map(line -> binding(line, principal, topic))
          .toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static AclBinding binding(String line, String principal, UnaryOperator<String> topic) {
    Matcher command = COMMAND.matcher(line);
    if (!command.matches()) {
      throw new AssertionError("not understood: " + line);
    }
    boolean prefixed = command.group(4) != null;
    String name = command.group(3);
    boolean given = command.group(2).equals("topic") && !prefixed;
    return new AclBinding(
        new ResourcePattern(
            TYPES.get(command.group(2)),
            given ? topic.apply(name) : name,
            prefixed ? PatternType.PREFIXED : PatternType.LITERAL),
        new AccessControlEntry(
            "User:" + principal, "*", operation(command.group(1)), AclPermissionType.ALLOW));
  }

  /** Of a name as kafka-acls.sh takes it, such as {@code DescribeConfigs}. */
  private static AclOperation operation(String name) {
    return AclOperation.fromString(name.replaceAll("(?<=[a-z])(?=[A-Z])", "_"));
  }
}
