package io.patchstream.topology;

import io.patchstream.schemas.ImageFailure;
import io.patchstream.schemas.serdes.EventSerdes;
import io.patchstream.schemas.serdes.RegistryErrors;
import io.patchstream.topology.ReplayReport.Fate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Sends the originals of failures to their input topics again, each once however often it is asked.
 *
 * <p>What is sent and the account of it, the {@link ReplayLedger} in the committed offsets of the
 * group {@code APPLICATION-replay}, are of one transaction: a replay that is cut off goes on where
 * it was, and of two at a time the older one is fenced. Only failures that were there at the
 * beginning are looked at, so that one which fails again does not come round at once.
 */
public final class Replay implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

  private final String topic;
  private final ReplayClients clients;
  private final Deserializer<ImageFailure> failures;

  // Of one run.
  private final Map<TopicPartition, ReplayLedger> ledgers = new HashMap<>();
  private final ReplayReport report = new ReplayReport();
  private ReplaySelection selection;
  private boolean dryRun;

  private Replay(String topic, ReplayClients clients, Deserializer<ImageFailure> failures) {
    this.topic = topic;
    this.clients = clients;
    this.failures = failures;
  }

  /**
   * Connects to the cluster; nothing is sent before {@link #run}.
   *
   * @throws StreamFailedException if it cannot be reached or a topic is missing
   */
  public static Replay open(ReplayOptions options)
      throws StreamFailedException, InterruptedException {
    return new Replay(
        options.deadLetterTopic(),
        ReplayClients.open(options),
        EventSerdes.imageFailure(options.client()).deserializer());
  }

  /**
   * Goes through the failures that are there now.
   *
   * @param selection which of them are sent
   * @param dryRun whether it only tells what it would do
   * @throws StreamFailedException if it was cut off, saying why; what it had sent until then stays
   *     sent and is not sent again
   */
  public ReplayReport run(ReplaySelection selection, boolean dryRun) throws StreamFailedException {
    this.selection = selection;
    this.dryRun = dryRun;
    try {
      if (!dryRun) {
        // Fences an older replay: only now is what has been committed the last word.
        clients.producer().initTransactions();
      }
      Map<TopicPartition, Long> ends = openLedgers();
      long lastProgress = System.nanoTime();
      while (!isAtEnd(ends)) {
        List<ConsumerRecord<byte[], byte[]>> records = poll(ends);
        if (!records.isEmpty()) {
          handle(records);
          lastProgress = System.nanoTime();
        } else if (System.nanoTime() - lastProgress > LONGEST_WAIT.toNanos()) {
          throw cutOff("the brokers give no records of " + topic, null);
        }
      }
      return report;
    } catch (KafkaException e) {
      throw cutOff(
          isFenced(e) ? "another replay of this application has begun" : e.getMessage(), e);
    }
  }

  private static boolean isFenced(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProducerFencedException
          || cause instanceof InvalidProducerEpochException) {
        return true;
      }
    }
    return false;
  }

  /** Where each partition's account stands, and where the partition ends now. */
  private Map<TopicPartition, Long> openLedgers() throws StreamFailedException {
    List<TopicPartition> partitions =
        clients.deadLetters().partitionsFor(topic).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    clients.deadLetters().assign(partitions);
    Map<TopicPartition, OffsetAndMetadata> committed =
        clients.deadLetters().committed(Set.copyOf(partitions));
    Map<TopicPartition, Long> beginnings = clients.deadLetters().beginningOffsets(partitions);
    for (TopicPartition partition : partitions) {
      ReplayLedger ledger = ReplayLedger.of(committed.get(partition), beginnings.get(partition));
      ledgers.put(partition, ledger);
      clients.deadLetters().seek(partition, ledger.from());
    }
    return clients.deadLetters().endOffsets(partitions);
  }

  private boolean isAtEnd(Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> clients.deadLetters().position(end.getKey()) >= end.getValue());
  }

  /** The next records that were there at the beginning. */
  private List<ConsumerRecord<byte[], byte[]>> poll(Map<TopicPartition, Long> ends) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : clients.deadLetters().poll(POLL)) {
      if (record.offset() < ends.get(new TopicPartition(record.topic(), record.partition()))) {
        records.add(record);
      }
    }
    return records;
  }

  /** One transaction: what is sent of these records, and that it is. */
  private void handle(List<ConsumerRecord<byte[], byte[]>> records) throws StreamFailedException {
    if (!dryRun) {
      clients.producer().beginTransaction();
    }
    Map<TopicPartition, Long> positions = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      TopicPartition partition = new TopicPartition(record.topic(), record.partition());
      handle(record, ledgers.get(partition));
      positions.put(partition, record.offset() + 1);
    }
    if (dryRun) {
      return;
    }
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (Map.Entry<TopicPartition, Long> position : positions.entrySet()) {
      ReplayLedger ledger = ledgers.get(position.getKey());
      offsets.put(position.getKey(), ledger.toCommit(position.getValue()));
    }
    clients.producer().sendOffsetsToTransaction(offsets, clients.deadLetters().groupMetadata());
    clients.producer().commitTransaction();
  }

  private void handle(ConsumerRecord<byte[], byte[]> record, ReplayLedger ledger)
      throws StreamFailedException {
    Optional<DeadLetter> ours = read(record);
    if (ours.isEmpty()) {
      report.foreign();
      return;
    }
    DeadLetter deadLetter = ours.get();
    Fate fate = fate(deadLetter, ledger);
    report.count(deadLetter.reason(), fate);
    switch (fate) {
      case SENT, SENT_BEFORE, GONE -> ledger.settle(deadLetter.reason().name(), record.offset());
      case NOT_SELECTED, TOO_LARGE -> ledger.leave(deadLetter.reason().name(), record.offset());
    }
  }

  /** Empty for what is no failure, or that of a topic which this application does not read. */
  private Optional<DeadLetter> read(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return Optional.empty();
    }
    try {
      ImageFailure failure = failures.deserialize(record.topic(), record.value());
      return Optional.of(new DeadLetter(record, failure))
          .filter(letter -> clients.inputs().containsKey(failure.getTopic()));
    } catch (RuntimeException e) {
      if (RegistryErrors.isRetriable(e)) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private Fate fate(DeadLetter deadLetter, ReplayLedger ledger) throws StreamFailedException {
    if (ledger.isSettled(deadLetter.reason().name(), deadLetter.record().offset())) {
      return Fate.SENT_BEFORE;
    }
    if (!selection.takes(deadLetter.failure())) {
      return Fate.NOT_SELECTED;
    }
    Optional<ProducerRecord<byte[], byte[]>> original = original(deadLetter);
    if (original.isEmpty()) {
      report.lost(
          deadLetter.coordinates()
              + " ("
              + deadLetter.reason()
              + ") is gone: it has no bytes of its own, and "
              + deadLetter.source()
              + " has no longer its record at offset "
              + deadLetter.failure().getOffset()
              + ".");
      return Fate.GONE;
    }
    SinkTopic input = clients.inputs().get(original.get().topic());
    if (!input.fits(original.get().key(), original.get().value(), original.get().headers())) {
      report.lost(
          deadLetter.coordinates()
              + " ("
              + deadLetter.reason()
              + ") is too large: "
              + input.topic()
              + " takes "
              + input.maxBytes()
              + " bytes a record with key and headers; raise its max.message.bytes and replay"
              + " again.");
      return Fate.TOO_LARGE;
    }
    if (!dryRun) {
      clients.producer().send(original.get());
    }
    return Fate.SENT;
  }

  private Optional<ProducerRecord<byte[], byte[]>> original(DeadLetter deadLetter)
      throws StreamFailedException {
    if (deadLetter.hasOriginal()) {
      return Optional.of(deadLetter.original());
    }
    return clients
        .sources()
        .find(deadLetter.source(), deadLetter.failure().getOffset())
        .filter(deadLetter::isOf)
        .map(deadLetter::original);
  }

  private static StreamFailedException cutOff(String why, Throwable cause) {
    return new StreamFailedException(
        "The replay was cut off, run it again to go on; nothing is sent twice: " + why + ".",
        cause);
  }

  /** Aborts what is not committed. */
  @Override
  public void close() {
    clients.close();
    failures.close();
  }
}
