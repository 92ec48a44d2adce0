package dev.evertoken.spring.boot3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.Tokens;
import dev.evertoken.background.BackgroundRefresh;
import dev.evertoken.micrometer.TokenMetrics;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.okhttp.TokenInterceptor;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.spi.TokenListener;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spring.TokenAttributes;
import dev.evertoken.spring.config.TokensCustomizer;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.http.client.HttpClientAutoConfiguration;
import org.springframework.boot.autoconfigure.web.client.RestClientAutoConfiguration;
import org.springframework.boot.autoconfigure.web.client.RestTemplateAutoConfiguration;
import org.springframework.boot.autoconfigure.web.reactive.function.client.WebClientAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.web.client.RestTemplateBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

/** The beans that an application gets, with mock providers. */
class TokensBeansTest {

    private static final TokenKey ANNA = TokenKey.of("google", "anna");

    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    HttpClientAutoConfiguration.class,
                    RestClientAutoConfiguration.class,
                    RestTemplateAutoConfiguration.class,
                    WebClientAutoConfiguration.class,
                    MockProvidersConfiguration.class,
                    TokenMetricsAutoConfiguration.class,
                    TokensAutoConfiguration.class,
                    TokenHttpClientsAutoConfiguration.class,
                    TokensHealthAutoConfiguration.class,
                    TokensInfoAutoConfiguration.class))
            .withPropertyValues(
                    "evertoken.namespace=crm",
                    "evertoken.store.type=memory",
                    "evertoken.keys=k1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
                    "evertoken.clients.google.scopes=openid");

    private static MockProvider connected(AssertableApplicationContext context) {
        MockProvider google = context.getBean(MockProviders.class).google();
        context.getBean(Tokens.class).connect(ANNA, google.consent("anna"));
        google.expire("anna");
        return google;
    }

    @Test
    void aRestClientSendsTheTokenOfTheAccountAndRefreshesIt() {
        application.run(context -> {
            MockProvider google = connected(context);

            String body = context.getBean(RestClient.Builder.class)
                    .build()
                    .get()
                    .uri(google.apiUrl())
                    .attributes(TokenAttributes.account(ANNA))
                    .retrieve()
                    .body(String.class);

            assertThat(body).contains("anna");
            assertThat(google.ledger().tokenRequests("anna")).isEqualTo(1);
        });
    }

    @Test
    void aRestTemplateSendsTheTokenOfTheAccount() {
        application.run(context -> {
            MockProvider google = connected(context);

            String body = context.getBean(RestTemplateBuilder.class)
                    .build()
                    .execute(
                            google.apiUrl(),
                            HttpMethod.GET,
                            request -> TokenAttributes.account(ANNA).accept(request.getAttributes()),
                            response -> new String(response.getBody().readAllBytes(), UTF_8));

            assertThat(body).contains("anna");
            assertThat(google.ledger().tokenRequests("anna")).isEqualTo(1);
        });
    }

    @Test
    void aWebClientSendsTheTokenOfTheAccountAndRefreshesIt() {
        application.run(context -> {
            MockProvider google = connected(context);

            String body = context.getBean(WebClient.Builder.class)
                    .build()
                    .get()
                    .uri(google.apiUrl())
                    .attributes(TokenAttributes.account(ANNA))
                    .retrieve()
                    .bodyToMono(String.class)
                    .block();

            assertThat(body).contains("anna");
            assertThat(google.ledger().tokenRequests("anna")).isEqualTo(1);
        });
    }

    @Test
    void theFirstRequestAfterTheEndOfAGrantFailsWithTheRemedy() {
        application.run(context -> {
            MockProvider google = connected(context);
            RestClient rest = context.getBean(RestClient.Builder.class).build();
            WebClient web = context.getBean(WebClient.Builder.class).build();
            TokenKey bert = TokenKey.of("google", "bert");
            context.getBean(Tokens.class).connect(bert, google.consent("bert"));
            google.revoke("anna");
            google.revoke("bert");

            assertThatThrownBy(() -> rest.get()
                            .uri(google.apiUrl())
                            .attributes(TokenAttributes.account(ANNA))
                            .retrieve()
                            .toBodilessEntity())
                    .isInstanceOfSatisfying(
                            TokenException.class, e -> assertThat(e.problem()).isEqualTo(Problem.GRANT_DEAD));
            assertThatThrownBy(() -> web.get()
                            .uri(google.apiUrl())
                            .attributes(TokenAttributes.account(bert))
                            .retrieve()
                            .toBodilessEntity()
                            .block())
                    .isInstanceOfSatisfying(
                            TokenException.class, e -> assertThat(e.key()).contains(bert));
        });
    }

    @Test
    void theInterceptorForOkHttpIsABean() {
        application.run(context -> {
            MockProvider google = connected(context);
            OkHttpClient http = new OkHttpClient.Builder()
                    .addInterceptor(context.getBean(TokenInterceptor.class))
                    .build();

            try (Response response = http.newCall(new Request.Builder()
                            .url(google.apiUrl().toString())
                            .tag(TokenKey.class, ANNA)
                            .build())
                    .execute()) {
                assertThat(response.code()).isEqualTo(200);
            } finally {
                http.dispatcher().executorService().shutdown();
                http.connectionPool().evictAll();
            }
        });
    }

    @Test
    void aListenerMayUseAnHttpClientThatSendsTokens() {
        application.withUserConfiguration(Notifications.class).run(context -> {
            assertThat(context).hasNotFailed();
            connected(context);

            assertThat(context.getBean(Notifications.Listener.class).heard.poll(10, TimeUnit.SECONDS))
                    .isInstanceOf(TokenEvent.Connected.class);
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class Notifications {

        @Bean
        Listener listener(RestClient.Builder rest) {
            return new Listener(rest.build());
        }

        static final class Listener implements TokenListener {

            final BlockingQueue<TokenEvent> heard = new LinkedBlockingQueue<>();
            private final RestClient rest;

            Listener(RestClient rest) {
                this.rest = rest;
            }

            @Override
            public void on(TokenEvent event) {
                assertThat(rest).isNotNull();
                heard.add(event);
            }
        }
    }

    @Test
    void beansOfTheApplicationTakePrecedenceOverProperties() {
        Provider acme = OAuth2Provider.builder("acme")
                .tokenEndpoint(URI.create("https://acme.example/token"))
                .refreshModel(RefreshModel.STATIC)
                .build();

        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(TokensAutoConfiguration.class))
                .withPropertyValues(
                        "evertoken.namespace=crm",
                        "evertoken.store.file.path=/nowhere",
                        "evertoken.keys=not a ring",
                        "evertoken.clients.acme.client-id=7f3a")
                .withBean(Provider.class, () -> acme)
                .withBean(TokenStore.class, InMemoryTokenStore::new)
                .withBean(KeyRing.class, () -> KeyRing.of("bean", new byte[32]))
                .withBean(TokensCustomizer.class, () -> builder -> builder.environment("customized"))
                .run(context -> assertThat(context.getBean(Tokens.class).toString())
                        .contains("crm/customized", "InMemoryTokenStore", "KeyRing[bean]", "acme=acme"));
    }

    @Test
    void tokensOfTheApplicationReplaceTheWholeConfiguration() {
        try (MockProviders mocks = MockProviders.start();
                Tokens own = mocks.google()
                        .configure(Tokens.builder().namespace("own").store("memory:"))
                        .build()) {
            new ApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(TokensAutoConfiguration.class))
                    .withBean(Tokens.class, () -> own)
                    .run(context -> {
                        assertThat(context.getBean(Tokens.class)).isSameAs(own);
                        assertThat(context).hasSingleBean(TokenInterceptor.class);
                    });
        }
    }

    @Test
    void theBackgroundRefreshRunsIfItIsEnabled() {
        application.run(context -> assertThat(context).doesNotHaveBean(BackgroundRefresh.class));

        BackgroundRefresh[] kept = new BackgroundRefresh[1];
        application
                .withPropertyValues(
                        "evertoken.background.enabled=true",
                        "evertoken.background.refresh-idle=true",
                        "evertoken.background.rate-per-minute=60")
                .run(context -> {
                    kept[0] = context.getBean(BackgroundRefresh.class);
                });
        assertThatIllegalStateException().isThrownBy(kept[0]::start).withMessageContaining("closed");
    }

    @Test
    void metricsAreRecordedInTheRegistryOfTheApplication() {
        application.run(context -> assertThat(context).doesNotHaveBean(TokenMetrics.class));
        application.withBean(MeterRegistry.class, SimpleMeterRegistry::new).run(context -> {
            assertThat(context).hasSingleBean(TokenMetrics.class);
            assertThat(context.getBean(MeterRegistry.class)
                            .get("evertoken.client.open")
                            .tag("registration", "google")
                            .gauge()
                            .value())
                    .isEqualTo(1);
        });
    }

    @Test
    void theHealthIsUpUntilAProviderRefusesTheClient() {
        application.run(context -> {
            MockProvider google = connected(context);
            HealthIndicator indicator = context.getBean(HealthIndicator.class);
            assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);

            google.acceptSecrets("another");
            Tokens tokens = context.getBean(Tokens.class);
            assertThatThrownBy(() -> tokens.replace(ANNA, tokens.accessToken(ANNA)))
                    .isInstanceOf(TokenException.class);

            Health health = indicator.health();
            assertThat(health.getStatus()).isEqualTo(new Status("DEGRADED"));
            assertThat(health.getDetails().get("clients").toString()).contains("google={", "CLIENT_REJECTED");
            assertThat(health.getDetails().toString()).doesNotContain("anna");
        });
        application
                .withPropertyValues("management.health.evertoken.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(HealthIndicator.class));
    }

    @Test
    void theInfoNamesTheClients() {
        application.run(context -> {
            Info.Builder info = new Info.Builder();
            context.getBean(InfoContributor.class).contribute(info);

            assertThat(info.build().getDetails().get("evertoken"))
                    .hasToString("{namespace=crm, environment=default, clients={google=google}}");
        });
    }
}
