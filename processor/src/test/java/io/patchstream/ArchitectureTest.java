package io.patchstream;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Imports run downwards: cli, ops and plots, topology, inference and fetch, model and image. */
class ArchitectureTest {

  private static final String ROOT = "io.patchstream.";

  /** Each room, the schemas of the next module among them, and the rooms that it may know. */
  private static final Map<String, List<String>> MAY_KNOW =
      Map.of(
          "cli",
              List.of(
                  "ops",
                  "plots",
                  "topology",
                  "inference",
                  "fetch",
                  "model",
                  "image",
                  "config",
                  "schemas"),
          "ops", List.of("topology", "inference", "model", "image", "config", "schemas"),
          "topology", List.of("inference", "fetch", "model", "image", "config", "schemas"),
          "plots", List.of("inference", "model", "image"),
          "fetch", List.of(),
          "inference", List.of("model", "image"),
          "model", List.of(),
          "image", List.of(),
          "config", List.of("image", "fetch"),
          "schemas", List.of());

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(new ImportOption.DoNotIncludeJars())
          .importPackages(ROOT + "..");

  @Test
  void everyClassIsInARoom() {
    assertThat(CLASSES).isNotEmpty();
    assertThat(rooms()).isSubsetOf(MAY_KNOW.keySet());
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void aRoomKnowsOnlyWhatIsBelowIt(String room) {
    imports(room, MAY_KNOW.get(room)).check(CLASSES);
  }

  @Test
  void aRoomThatKnowsMoreIsFound() {
    assertThatThrownBy(() -> imports("cli", List.of()).check(CLASSES))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("io.patchstream.config");
  }

  @ParameterizedTest
  @ValueSource(strings = {"image", "model", "inference", "plots", "fetch"})
  void theLibraryKnowsNoKafka(String room) {
    noClasses()
        .that()
        .resideInAPackage(ROOT + room + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.kafka..", "org.apache.avro..", "io.confluent..")
        .allowEmptyShould(false)
        .check(CLASSES);
  }

  /** Whatever goes out because an event says so, goes out from the one room that guards it. */
  @Test
  void onlyFetchOpensConnectionsForEvents() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "fetch..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.hc..", "software.amazon.awssdk..")
        .check(CLASSES);
  }

  /** The rooms below count in classes of their own, whoever asks for it. */
  @Test
  void onlyOpsKnowsHowCountsAreShown() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "ops..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.micrometer..", "io.prometheus..", "com.sun.net.httpserver..")
        .check(CLASSES);
  }

  private static ArchRule imports(String room, List<String> others) {
    String[] allowed =
        Stream.concat(Stream.of(room), others.stream())
            .map(name -> ROOT + name + "..")
            .toArray(String[]::new);
    String[] all =
        MAY_KNOW.keySet().stream().map(name -> ROOT + name + "..").toArray(String[]::new);
    return classes()
        .that()
        .resideInAPackage(ROOT + room + "..")
        .should()
        .onlyDependOnClassesThat(resideInAnyPackage(allowed).or(resideInAnyPackage(all).negate()))
        .allowEmptyShould(false);
  }

  private static Set<String> rooms() {
    return CLASSES.stream()
        .map(type -> type.getPackageName().substring(ROOT.length()).split("\\.")[0])
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
