package dev.evertoken.spring.boot3;

import dev.evertoken.micrometer.TokenMetrics;
import dev.evertoken.micrometer.TokenObservations;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Records metrics in the application's meter registry, and observations in its observation registry, if {@code
 * token-micrometer} is on the class path. Stateless. Thread-safe.
 */
@AutoConfiguration(
        before = TokensAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration",
            "org.springframework.boot.actuate.autoconfigure.observation.ObservationAutoConfiguration"
        })
@ConditionalOnClass({TokenMetrics.class, MeterRegistry.class})
class TokenMetricsAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnBean(MeterRegistry.class)
    TokenMetrics tokenMetrics(MeterRegistry registry) {
        return TokenMetrics.to(registry);
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnBean(ObservationRegistry.class)
    TokenObservations tokenObservations(ObservationRegistry registry) {
        return TokenObservations.to(registry);
    }
}
