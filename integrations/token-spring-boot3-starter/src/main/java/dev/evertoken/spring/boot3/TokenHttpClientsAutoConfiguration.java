package dev.evertoken.spring.boot3;

import dev.evertoken.Tokens;
import dev.evertoken.model.TokenException;
import dev.evertoken.spring.TokenAttributes;
import dev.evertoken.spring.TokenRequestInterceptor;
import dev.evertoken.spring.config.RejectedGrants;
import dev.evertoken.spring.reactive.TokenExchangeFilter;
import java.util.Optional;
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
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;

/**
 * Lets the HTTP clients that Spring Boot builds send the token of the account that a request selects with {@link
 * TokenAttributes#account}. Requests without an account are sent unchanged. Stateless. Thread-safe.
 *
 * <p>A request that an API rejects because the grant has ended, or lacks a scope, fails with a {@link TokenException}
 * instead of the response, from the first one on. The tokens are looked up at the first request that needs one, so a
 * listener or provider may use such a client.
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
            return (request, body, execution) -> {
                if (TokenAttributes.account(request.getAttributes()).isEmpty()) {
                    return execution.execute(request, body);
                }
                ClientHttpResponse response = interceptor.obtain().intercept(request, body, execution);
                Optional<TokenException> rejected = RejectedGrants.of(request.getAttributes(), request);
                if (rejected.isPresent()) {
                    response.close();
                    throw rejected.get();
                }
                return response;
            };
        }

        /** Some clients would send the token to the target of a redirect, which no interceptor sees. */
        private static ClientHttpRequestFactory withoutRedirects(
                ObjectProvider<ClientHttpRequestFactoryBuilder<?>> factories,
                ObjectProvider<ClientHttpRequestFactorySettings> settings) {
            ClientHttpRequestFactorySettings chosen =
                    settings.getIfAvailable(ClientHttpRequestFactorySettings::defaults);
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
                            : filter.obtain().filter(request, next).flatMap(response -> checked(request, response)));
        }

        private static Mono<ClientResponse> checked(ClientRequest request, ClientResponse response) {
            return RejectedGrants.of(request.attributes(), response.request())
                    .map(rejected -> response.releaseBody().then(Mono.<ClientResponse>error(rejected)))
                    .orElseGet(() -> Mono.just(response));
        }
    }
}
