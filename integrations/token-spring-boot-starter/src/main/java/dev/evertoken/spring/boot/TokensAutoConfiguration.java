package dev.evertoken.spring.boot;

import dev.evertoken.Tokens;
import dev.evertoken.background.BackgroundRefresh;
import dev.evertoken.okhttp.TokenInterceptor;
import dev.evertoken.spring.config.EvertokenRuntimeHints;
import dev.evertoken.spring.config.OpenedStore;
import dev.evertoken.spring.config.TokensFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.io.ResourceLoader;

/**
 * Configures the {@link Tokens} bean, unless the application defines one, and what belongs to it: the interceptor for
 * OkHttp, and the background refresh if {@code evertoken.background.enabled} is true. Stateless. Thread-safe.
 */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration"
        })
@EnableConfigurationProperties(EvertokenProperties.class)
@Import({StoreConfigurations.Jdbc.class, StoreConfigurations.Jedis.class, StoreConfigurations.RedisConnection.class})
@ImportRuntimeHints(EvertokenRuntimeHints.class)
public class TokensAutoConfiguration {

    /** Called by Spring. */
    TokensAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean(Tokens.class)
    TokensFactory evertokenTokensFactory(
            EvertokenProperties properties, ListableBeanFactory beans, ResourceLoader resources) {
        return new TokensFactory(properties.settings(), beans, resources);
    }

    /** A bean of its own, so that it is closed after the tokens. */
    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean(Tokens.class)
    OpenedStore evertokenStore(TokensFactory factory) {
        return factory.openStore();
    }

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean(Tokens.class)
    Tokens tokens(TokensFactory factory, OpenedStore store) {
        return factory.create(store);
    }

    @Bean
    @ConditionalOnMissingBean
    TokenInterceptor tokenInterceptor(Tokens tokens) {
        return TokenInterceptor.of(tokens);
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    @ConditionalOnMissingBean
    @ConditionalOnProperty("evertoken.background.enabled")
    BackgroundRefresh backgroundRefresh(Tokens tokens, EvertokenProperties properties) {
        return properties.background().over(tokens);
    }
}
