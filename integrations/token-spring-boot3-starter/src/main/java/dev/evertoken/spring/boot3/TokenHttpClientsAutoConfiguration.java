package dev.evertoken.spring.boot3;

import dev.evertoken.Tokens;
import dev.evertoken.spring.TokenAttributes;
import dev.evertoken.spring.TokenRequestInterceptor;
import dev.evertoken.spring.reactive.TokenExchangeFilter;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.ClientHttpRequestFactorySettings;
import org.springframework.boot.http.client.ClientHttpRequestFactorySettings.Redirects;
import org.springframework.boot.web.client.RestClientCustomizer;
import org.springframework.boot.web.client.RestTemplateCustomizer;
import org.springframework.boot.web.reactive.function.client.WebClientCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Lets the HTTP clients that Spring Boot builds send the token of the account that a request selects with {@link
 * TokenAttributes#account}. Requests without an account are sent unchanged. Stateless. Thread-safe.
 *
 * <p>The tokens are looked up at the first request that needs one, so a listener or provider may use such a client.
 */
@AutoConfiguration(after = TokensAutoConfiguration.class)
class TokenHttpClientsAutoConfiguration {

    /** {@code RestClient} and {@code RestTemplate}. Stateless. Thread-safe. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({RestClientCustomizer.class, ClientHttpRequestFactoryBuilder.class})
    static class RestClients {

        /** After all other interceptors, because those would not see the second attempt in Spring Framework 6. */
        @Bean
        @Order(Ordered.LOWEST_PRECEDENCE)
        RestClientCustomizer evertokenRestClient(ObjectProvider<Tokens> tokens) {
            ClientHttpRequestInterceptor interceptor = interceptor(tokens);
            return builder -> builder.requestInterceptors(all -> all.add(interceptor));
        }

        @Bean
        @Order(Ordered.LOWEST_PRECEDENCE)
        RestTemplateCustomizer evertokenRestTemplate(ObjectProvider<Tokens> tokens) {
            ClientHttpRequestInterceptor interceptor = interceptor(tokens);
            return template -> template.getInterceptors().add(interceptor);
        }

        /** Before all other customizers, so that one of the application, or of a test, decides. */
        @Bean
        @Order(Ordered.HIGHEST_PRECEDENCE)
        RestClientCustomizer evertokenRestClientRedirects(
                ObjectProvider<ClientHttpRequestFactoryBuilder<?>> factories,
                ObjectProvider<ClientHttpRequestFactorySettings> settings) {
            return builder -> builder.requestFactory(withoutRedirects(factories, settings));
        }

        @Bean
        @Order(Ordered.HIGHEST_PRECEDENCE)
        RestTemplateCustomizer evertokenRestTemplateRedirects(
                ObjectProvider<ClientHttpRequestFactoryBuilder<?>> factories,
                ObjectProvider<ClientHttpRequestFactorySettings> settings) {
            return template -> template.setRequestFactory(withoutRedirects(factories, settings));
        }

        private static ClientHttpRequestInterceptor interceptor(ObjectProvider<Tokens> tokens) {
            SingletonSupplier<TokenRequestInterceptor> interceptor =
                    SingletonSupplier.of(() -> TokenRequestInterceptor.of(tokens.getObject()));
            return (request, body, execution) ->
                    TokenAttributes.account(request.getAttributes()).isEmpty()
                            ? execution.execute(request, body)
                            : interceptor.obtain().intercept(request, body, execution);
        }

        /** Some clients would send the token to the target of a redirect, which no interceptor sees. */
        private static ClientHttpRequestFactory withoutRedirects(
                ObjectProvider<ClientHttpRequestFactoryBuilder<?>> factories,
                ObjectProvider<ClientHttpRequestFactorySettings> settings) {
            ClientHttpRequestFactorySettings chosen = settings.getIfAvailable(ClientHttpRequestFactorySettings::defaults);
            return factories
                    .getIfAvailable(ClientHttpRequestFactoryBuilder::detect)
                    .build(chosen.redirects() == null ? chosen.withRedirects(Redirects.DONT_FOLLOW) : chosen);
        }
    }

    /** {@code WebClient}. Stateless. Thread-safe. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({WebClientCustomizer.class, WebClient.class})
    static class WebClients {

        @Bean
        @Order(Ordered.LOWEST_PRECEDENCE)
        WebClientCustomizer evertokenWebClient(ObjectProvider<Tokens> tokens) {
            SingletonSupplier<TokenExchangeFilter> filter =
                    SingletonSupplier.of(() -> TokenExchangeFilter.of(tokens.getObject()));
            return builder -> builder.filter((request, next) ->
                    TokenAttributes.account(request.attributes()).isEmpty()
                            ? next.exchange(request)
                            : filter.obtain().filter(request, next));
        }
    }
}
