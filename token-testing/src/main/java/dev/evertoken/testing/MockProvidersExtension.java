package dev.evertoken.testing;

import dev.evertoken.spi.Timekeeper;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Starts and closes the providers of {@link WithMockProviders}. Thread-safe. */
final class MockProvidersExtension implements ParameterResolver {

    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(MockProvidersExtension.class);

    /** Called by JUnit, which creates one instance for each test class. */
    MockProvidersExtension() {}

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return List.<Class<?>>of(MockProviders.class, MockProvider.class, ManualClock.class)
                .contains(parameter.getParameter().getType());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Running running = running(context);
        Class<?> type = parameter.getParameter().getType();
        if (type == ManualClock.class) {
            return running.clock()
                    .orElseThrow(() -> new ParameterResolutionException(
                            "there is no manual clock; use @WithMockProviders(manualClock = true)"));
        }
        return type == MockProviders.class ? running.providers() : provider(running.providers(), parameter);
    }

    private static MockProvider provider(MockProviders providers, ParameterContext parameter) {
        String id = parameter
                .findAnnotation(ProviderId.class)
                .map(ProviderId::value)
                .orElseThrow(() -> new ParameterResolutionException("a MockProvider parameter needs a @ProviderId,"
                        + " for example @ProviderId(\"strava\"); known are " + ids(providers)));
        try {
            return providers.provider(id);
        } catch (IllegalArgumentException e) {
            throw new ParameterResolutionException(String.valueOf(e.getMessage()), e);
        }
    }

    private static List<String> ids(MockProviders providers) {
        return providers.all().stream().map(MockProvider::id).toList();
    }

    /** The replacement of this method does not exist in JUnit 5, which applications still use. */
    @SuppressWarnings("deprecation")
    private static Running running(ExtensionContext context) {
        return Objects.requireNonNull(context.getStore(NAMESPACE)
                .getOrComputeIfAbsent(Running.class, any -> Running.start(wantsManualClock(context)), Running.class));
    }

    private static boolean wantsManualClock(ExtensionContext context) {
        for (Class<?> at = context.getRequiredTestClass(); at != null; at = at.getEnclosingClass()) {
            WithMockProviders annotation = at.getAnnotation(WithMockProviders.class);
            if (annotation != null) {
                return annotation.manualClock();
            }
        }
        return false;
    }

    /**
     * The running providers; JUnit closes them at the end of the test or class that requested them. JUnit before 5.13
     * closes no other type than the first, and JUnit 6 warns if the second is missing.
     */
    @SuppressWarnings("deprecation")
    private record Running(MockProviders providers, Optional<ManualClock> clock)
            implements ExtensionContext.Store.CloseableResource, AutoCloseable {

        static Running start(boolean manual) {
            Optional<ManualClock> clock = manual ? Optional.of(ManualClock.start()) : Optional.empty();
            return new Running(
                    MockProviders.start(
                            clock.<Timekeeper>map(manualClock -> manualClock).orElseGet(Timekeeper::system)),
                    clock);
        }

        @Override
        public void close() {
            providers.close();
        }
    }
}
