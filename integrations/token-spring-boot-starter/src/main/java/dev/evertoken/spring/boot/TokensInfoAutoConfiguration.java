package dev.evertoken.spring.boot;

import dev.evertoken.Tokens;
import dev.evertoken.spring.config.EngineInfo;
import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Adds {@code evertoken} to the info endpoint: namespace, environment and clients. Stateless. Thread-safe. */
@AutoConfiguration(after = TokensAutoConfiguration.class)
@ConditionalOnClass({InfoContributor.class, ConditionalOnEnabledInfoContributor.class})
@ConditionalOnBean(Tokens.class)
@ConditionalOnEnabledInfoContributor("evertoken")
class TokensInfoAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(name = "evertokenInfoContributor")
    InfoContributor evertokenInfoContributor(Tokens tokens, EvertokenProperties properties) {
        return info -> info.withDetail("evertoken", EngineInfo.of(properties.settings(), tokens));
    }
}
