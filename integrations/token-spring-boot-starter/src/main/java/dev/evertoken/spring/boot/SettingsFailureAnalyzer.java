package dev.evertoken.spring.boot;

import dev.evertoken.spring.config.SettingsException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Explains a property that has no value or one that cannot be used. Stateless. Thread-safe. */
final class SettingsFailureAnalyzer extends AbstractFailureAnalyzer<SettingsException> {

    /** Called by Spring Boot. */
    SettingsFailureAnalyzer() {}

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, SettingsException cause) {
        return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.action(), cause);
    }
}
