package io.patchstream.it;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/** What the threads of this JVM have allocated on the heap and used of the processor, by group. */
record ThreadCosts(Map<Group, Cost> groups) {

  /** What a thread is there for, told by its name. */
  enum Group {
    /** Kafka Streams' own: they poll, forward and serialise. */
    STREAM("-StreamThread-", "-StateUpdater-"),
    DECODING("patchstream-decode-", "patchstream-load-"),
    /** The threads that run the session, without ONNX Runtime's own. */
    LANE("patchstream-session"),
    /** Producers' senders, heartbeats, administration. */
    CLIENTS("kafka-"),
    /** What measures: the sender of images, the counter of results. */
    MEASURING("measuring", "main"),
    OTHER(""),
    /** Threads that are not Java's: ONNX Runtime's pool, garbage collection, compilation. */
    NATIVE;

    private final String[] parts;

    Group(String... parts) {
      this.parts = parts;
    }

    private boolean has(String thread) {
      return Arrays.stream(parts).anyMatch(thread::contains);
    }
  }

  /**
   * What a group has used.
   *
   * @param bytes allocated on the heap
   * @param nanos of processor time
   */
  record Cost(long bytes, long nanos) {
    private static final Cost NONE = new Cost(0, 0);

    Cost plus(Cost other) {
      return new Cost(bytes + other.bytes, nanos + other.nanos);
    }

    Cost minus(Cost other) {
      return new Cost(bytes - other.bytes, nanos - other.nanos);
    }
  }

  /** Of the threads that live now, since each began. */
  static ThreadCosts now() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Map<Group, Cost> groups = new EnumMap<>(Group.class);
    Cost all = Cost.NONE;
    for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (thread != null) {
        long id = thread.getThreadId();
        Cost cost = new Cost(threads.getThreadAllocatedBytes(id), threads.getThreadCpuTime(id));
        groups.merge(group(thread.getThreadName()), cost, Cost::plus);
        all = all.plus(cost);
      }
    }
    OperatingSystemMXBean process =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    groups.put(Group.NATIVE, new Cost(0, process.getProcessCpuTime() - all.nanos()));
    return new ThreadCosts(groups);
  }

  /** What was used since then. */
  ThreadCosts since(ThreadCosts before) {
    Map<Group, Cost> used = new EnumMap<>(Group.class);
    groups.forEach((group, cost) -> used.put(group, cost.minus(before.of(group))));
    return new ThreadCosts(used);
  }

  Cost of(Group group) {
    return groups.getOrDefault(group, Cost.NONE);
  }

  private static Group group(String thread) {
    return Arrays.stream(Group.values()).filter(group -> group.has(thread)).findFirst().get();
  }
}
