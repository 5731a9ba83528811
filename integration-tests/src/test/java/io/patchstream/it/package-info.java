/**
 * The processor as its users run it: processes from the built distribution, a real broker, a real
 * schema registry, and faults. They run after packaging ({@code mvn verify}); what they write lies
 * under {@code target/it}, one folder for each broker, registry and processor, with its log.
 *
 * <p>A test of delivery:
 *
 * <pre>{@code
 * @ExtendWith(Services.class)
 * class SomethingIT {
 *   @Test
 *   void everyNumberOnce(KafkaCluster kafka, SchemaRegistry registry, @TempDir Path model) {
 *     NumberedVit.of(1_000).writeTo(model);
 *     try (Pipeline pipeline = new Pipeline(kafka, registry, "something", 6, model);
 *         CommittedReader results = pipeline.results()) {
 *       NumberedImages images = new NumberedImages(pipeline, 1_000);
 *       images.send(picture -> picture.withScale(4).withNoise(3).png());
 *       pipeline.with("session.timeout.ms", "6000").processor().start();
 *       results.awaitRecords(2 * 1_000, Duration.ofMinutes(1));
 *       images.assertLabelledOnce(results.records(pipeline.labels()));
 *     }
 *   }
 * }
 * }</pre>
 */
package io.patchstream.it;
