package dev.evertoken.spring.boot3;

import dev.evertoken.Tokens;
import dev.evertoken.spring.config.HealthReport;
import org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Adds {@code evertoken} to the health endpoint. Its status is UP or DEGRADED, never DOWN: a process whose store fails
 * still serves valid tokens, so it is not taken out of a load balancer. Stateless. Thread-safe.
 */
@AutoConfiguration(
        after = TokensAutoConfiguration.class,
        beforeName = "org.springframework.boot.actuate.autoconfigure.health.HealthContributorAutoConfiguration")
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(Tokens.class)
@ConditionalOnEnabledHealthIndicator("evertoken")
class TokensHealthAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(name = "evertokenHealthIndicator")
    HealthIndicator evertokenHealthIndicator(Tokens tokens) {
        return () -> {
            HealthReport report = HealthReport.of(tokens.health());
            return Health.status(report.degraded() ? new Status(HealthReport.DEGRADED) : Status.UP)
                    .withDetails(report.details())
                    .build();
        };
    }
}
