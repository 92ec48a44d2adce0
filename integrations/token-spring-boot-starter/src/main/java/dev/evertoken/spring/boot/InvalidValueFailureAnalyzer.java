package dev.evertoken.spring.boot;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Explains a property {@code evertoken.*} whose value has the wrong form. Unlike the analyzer of Spring Boot, it does not
 * print the value, which may be a secret. Stateless. Thread-safe.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class InvalidValueFailureAnalyzer extends AbstractFailureAnalyzer<BindException> {

    /** Called by Spring Boot. */
    InvalidValueFailureAnalyzer() {}

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BindException cause) {
        String name = cause.getName().toString();
        boolean unknown = findCause(rootFailure, UnboundConfigurationPropertiesException.class) != null;
        if (unknown || !name.startsWith("evertoken.")) {
            return null;
        }
        boolean empty = cause.getProperty() != null
                && String.valueOf(cause.getProperty().getValue()).isEmpty();
        return new FailureAnalysis(
                name + (empty ? " is empty." : " has a value that is not " + form(cause) + "."),
                "Set it to a value of that form, or remove it.",
                NestedExceptionUtils.getMostSpecificCause(cause));
    }

    private static String form(BindException cause) {
        Class<?> type = cause.getTarget().getType().resolve(Object.class);
        return "of the type " + type.getSimpleName();
    }
}
