package dev.evertoken.spring.boot;

import dev.evertoken.spring.config.PropertyNames;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Explains a property {@code evertoken.*} that does not exist, with the one that it resembles. Comes before the analyzer
 * of Spring Boot for such properties. Stateless. Thread-safe.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class UnknownPropertyFailureAnalyzer extends AbstractFailureAnalyzer<UnboundConfigurationPropertiesException> {

    /** Called by Spring Boot. */
    UnknownPropertyFailureAnalyzer() {}

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, UnboundConfigurationPropertiesException cause) {
        List<ConfigurationProperty> unknown = cause.getUnboundProperties().stream()
                .filter(property -> property.getName().toString().startsWith("evertoken."))
                .toList();
        if (unknown.isEmpty()) {
            return null;
        }
        ConfigurationProperty first = unknown.get(0);
        String name = first.getName().toString();
        String place = first.getOrigin() == null ? "" : " (" + first.getOrigin() + ")";
        return new FailureAnalysis(
                "There is no property " + name + place
                        + PropertyNames.nearest(name)
                                .map(nearest -> "; did you mean " + nearest + "?")
                                .orElse("."),
                "Correct the name, or remove the property.",
                cause);
    }
}
