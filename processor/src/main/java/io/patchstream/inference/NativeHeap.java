package io.patchstream.inference;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The memory that native code allocates. */
final class NativeHeap {

  private static final Logger LOG = LoggerFactory.getLogger(NativeHeap.class);

  private NativeHeap() {}

  /**
   * Gives back to the system what was freed, as {@code jcmd PID System.trim_native_heap} does:
   * glibc keeps it, and keeps more with every large block that is freed. Takes some ten
   * milliseconds. A JVM that cannot (before 17.0.9, or without glibc) keeps the memory.
   */
  static void trim() {
    try {
      ManagementFactory.getPlatformMBeanServer()
          .invoke(
              new ObjectName("com.sun.management:type=DiagnosticCommand"),
              "systemTrimNativeHeap",
              new Object[0],
              new String[0]);
    } catch (JMException | RuntimeException e) {
      LOG.debug("Freed native memory is not given back", e);
    }
  }
}
