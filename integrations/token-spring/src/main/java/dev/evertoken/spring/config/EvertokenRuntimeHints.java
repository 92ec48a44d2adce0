package dev.evertoken.spring.config;

import dev.evertoken.model.Secret;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.util.ReflectionUtils;

/**
 * What a native image needs beyond the code: the service files of providers and stores, the scripts and statements of
 * the stores, the descriptions of the catalogue, and the conversion of properties to {@link Secret}. Stateless.
 * Thread-safe.
 */
public final class EvertokenRuntimeHints implements RuntimeHintsRegistrar {

    /** Called by Spring. */
    public EvertokenRuntimeHints() {}

    @Override
    public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
        hints.resources()
                .registerPattern("META-INF/services/dev.evertoken.*")
                .registerPattern("dev/evertoken/store/redis/*.lua")
                .registerPattern("dev/evertoken/store/jdbc/*.sql")
                .registerPattern("dev/evertoken/catalogue/*.json");
        Method of = ReflectionUtils.findMethod(Secret.class, "of", String.class);
        if (of != null) {
            hints.reflection().registerMethod(of, ExecutableMode.INVOKE);
        }
    }
}
