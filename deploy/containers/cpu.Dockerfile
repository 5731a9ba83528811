# PatchStream on CPUs. The context is the distribution:
#
#   mvn -B -DskipTests package -pl processor -am
#   docker build -f deploy/containers/cpu.Dockerfile -t patchstream:cpu processor/target/patchstream
#
# Everything it needs is in the image, so the root may be read-only, and nothing has to be kept:
#
#   docker run --read-only --tmpfs /tmp --tmpfs /var/lib/patchstream:mode=1777 --memory 2g --cpus 2 \
#     -v ./patchstream.properties:/etc/patchstream/patchstream.properties:ro \
#     -v /models/vit-base-patch16-224:/model:ro -p 9464:9464 patchstream:cpu
#
# where patchstream.properties says patchstream.model=/model.
FROM eclipse-temurin:25-jre-noble

# What is the same from build to build comes first.
COPY native /opt/patchstream/native
COPY demo-model /opt/patchstream/demo-model
COPY lib /opt/patchstream/lib
COPY patchstream LICENSE /opt/patchstream/

# For any user, since some clusters choose their own.
RUN mkdir -m 1777 /var/lib/patchstream
USER 10001:10001
WORKDIR /var/lib/patchstream

# A quarter of the container's memory is for the heap: images and records on their way, which the
# settings bound. The rest is for weights, batches and pictures, which are native.
# A file of counters for jstat is nothing to keep in a temporary folder.
ENV PATCHSTREAM_JAVA_OPTS="-XX:MaxRAMPercentage=25 -XX:-UsePerfData"
ENV PATCHSTREAM_KAFKA_STATE_DIR=/var/lib/patchstream
ENV PATCHSTREAM_HTTP_HOST=0.0.0.0

# /metrics, /health/live and /health/ready, at patchstream.http.port.
EXPOSE 9464
HEALTHCHECK --interval=10s --timeout=5s --start-period=2m CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${PATCHSTREAM_HTTP_PORT:-9464} && printf 'GET /health/live HTTP/1.0\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ $status = 200 ]"]

STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/patchstream/patchstream"]
CMD ["run", "--config", "/etc/patchstream/patchstream.properties"]
