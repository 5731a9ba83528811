# PatchStream on NVIDIA GPUs. The context is the distribution for CUDA:
#
#   mvn -B -Pgpu -DskipTests package -pl processor -am
#   docker build -f deploy/containers/gpu.Dockerfile -t patchstream:gpu processor/target/patchstream-gpu
#
# It is run as the image for CPUs is, with --gpus all. SigLIP and ONNX files with attention or
# convolutions need cuDNN: --build-arg CUDA=12.9.1-cudnn-runtime-ubuntu24.04 (1.3 GB more).
ARG CUDA=12.9.1-runtime-ubuntu24.04
FROM eclipse-temurin:25-jre-noble AS java

# NVIDIA's own libraries, which a site may already have: deploy/cuda-libraries is for hosts without
# containers. ONNX Runtime needs CUDA 12.8 or newer.
FROM nvidia/cuda:${CUDA}
COPY --from=java /opt/java/openjdk /opt/java/openjdk
ENV JAVA_HOME=/opt/java/openjdk

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
