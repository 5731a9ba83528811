package io.patchstream.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChildProcessIT {

  private static final Duration SOON = Duration.ofSeconds(30);

  private final Path folder = Workspace.folder("child-process");

  /** Starts a child that would run for ever, says its pid, and waits to be killed. */
  static final class Parent {
    public static void main(String[] arguments) throws InterruptedException {
      ChildProcess child = child(Path.of(arguments[0]), Sleeper.class, arguments[0]);
      System.out.println("child " + child.pid());
      Thread.sleep(Long.MAX_VALUE);
    }
  }

  static final class Sleeper {
    public static void main(String[] arguments) throws InterruptedException {
      System.out.println("asleep");
      Thread.sleep(Long.MAX_VALUE);
    }
  }

  @Test
  void aChildDoesNotOutliveAParentThatIsKilled() {
    ChildProcess parent = child(folder, Parent.class, folder.toString());
    parent.awaitLog("child ", SOON);
    long pid = Long.parseLong(parent.log().replaceAll("\\D", ""));
    Optional<ProcessHandle> grandchild = ProcessHandle.of(pid);
    assertThat(grandchild).isPresent();

    parent.kill();

    Await.until(SOON, () -> "the child lives on", () -> !grandchild.get().isAlive());
  }

  @Test
  void signalsReachIt() {
    try (ChildProcess child = child(folder, Sleeper.class)) {
      child.awaitLog("asleep", SOON);
      assertThat(child.rssAnonBytes()).isBetween(1_000_000L, 1_000_000_000L);
      child.pause();
      child.terminate();
      assertThatThrownBy(() -> child.awaitExit(Duration.ofSeconds(1)))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("has not ended within 1 s");
      child.resume();
      assertThat(child.awaitExit(SOON)).isEqualTo(128 + 15);
    }
  }

  @Test
  void aWaitForAChildThatEndedSaysWhy() {
    try (ChildProcess child =
        ChildProcess.java("a child", folder.resolve("no.log"), List.of("Nowhere"))) {
      assertThatThrownBy(() -> child.awaitLog("ready", SOON))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("a child ended with code 1 before it logged \"ready\"")
          .hasMessageContaining("ClassNotFoundException: Nowhere");
    }
  }

  private static ChildProcess child(Path folder, Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("-Xmx32m", "-cp", System.getProperty("java.class.path")));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    return ChildProcess.java(
        main.getSimpleName(), folder.resolve(main.getSimpleName() + ".log"), command);
  }
}
