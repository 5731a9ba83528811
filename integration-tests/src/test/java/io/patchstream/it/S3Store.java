package io.patchstream.it;

import java.net.URI;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStore;
import org.jclouds.blobstore.BlobStoreContext;
import org.jclouds.blobstore.TransientApiMetadata;

/** An S3 on loopback that keeps its objects in memory and checks every signature. */
final class S3Store implements AutoCloseable {

  static final String ACCESS_KEY = "AKIDEXAMPLE";
  static final String SECRET_KEY = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

  private final BlobStoreContext context;
  private final BlobStore objects;
  private final S3Proxy server;

  private S3Store() throws Exception {
    context = ContextBuilder.newBuilder(new TransientApiMetadata()).build(BlobStoreContext.class);
    objects = context.getBlobStore();
    server =
        S3Proxy.builder()
            .blobStore(objects)
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, SECRET_KEY)
            .ignoreUnknownHeaders(true) // it signs session tokens, but knows nobody who gives them
            .build();
    server.start();
  }

  static S3Store start() throws Exception {
    return new S3Store();
  }

  void put(String bucket, String key, byte[] content) {
    objects.createContainerInLocation(null, bucket);
    objects.putBlob(bucket, objects.blobBuilder(key).payload(content).build());
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getPort());
  }

  @Override
  public void close() {
    try (context) {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("The S3 store does not stop", e);
    }
  }
}
