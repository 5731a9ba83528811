package io.patchstream.it;

import java.util.function.Supplier;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the one {@link KafkaCluster} and the one {@link SchemaRegistry} that all classes
 * share, as parameters of their methods: {@code @ExtendWith(Services.class)}. Each is started when
 * the first test asks for it and stopped after the last. Topics are for the tests to name apart.
 */
public final class Services implements ParameterResolver {

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == KafkaCluster.class || type == SchemaRegistry.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == KafkaCluster.class
        ? shared(context, KafkaCluster.class, KafkaCluster::start)
        : shared(context, SchemaRegistry.class, SchemaRegistry::start);
  }

  /** Kept by JUnit in the store of the whole run, which closes it at the end. */
  private static <T> T shared(ExtensionContext context, Class<T> type, Supplier<T> start) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.create(Services.class))
        .computeIfAbsent(type, key -> start.get(), type);
  }
}
