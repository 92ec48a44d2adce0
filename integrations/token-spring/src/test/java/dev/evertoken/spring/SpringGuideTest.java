package dev.evertoken.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.ResourceVerdict;
import dev.evertoken.spring.reactive.TokenExchangeFilter;
import dev.evertoken.spring.redis.SpringDataRedisCommands;
import dev.evertoken.spring.web.AccountResolver;
import dev.evertoken.spring.web.ConnectController;
import dev.evertoken.spring.web.ConnectOptions;
import dev.evertoken.spring.web.ConnectPages;
import dev.evertoken.spring.web.TokenProblemAdvice;
import dev.evertoken.store.redis.RedisOptions;
import dev.evertoken.store.redis.RedisTokenStore;
import dev.evertoken.store.redis.server.RedisProcess;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;

/** The examples of docs/spring.md. */
class SpringGuideTest {

    private final SpringFixture fixture = new SpringFixture();
    private final Tokens tokens = fixture.tokens;
    private final TokenKey key = SpringFixture.ANNA;
    private final URI calendars = fixture.api();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aRestClientServesAllAccounts() {
        // docs/spring.md begin
        RestClient rest = RestClient.builder()
                .requestFactory(TokenRequestFactory.create())
                .requestInterceptor(TokenRequestInterceptor.of(tokens))
                .build();
        String list = rest.get()
                .uri(calendars)
                .attributes(TokenAttributes.account(key))
                .retrieve()
                .body(String.class);
        // docs/spring.md end
        assertThat(list).contains("anna");

        // docs/spring.md begin
        Optional<Problem> problem = rest.get()
                .uri(calendars)
                .attributes(TokenAttributes.account(key))
                .exchange(
                        (request, response) -> TokenAttributes.verdict(request).flatMap(ResourceVerdict::problem));
        // docs/spring.md end
        assertThat(problem).isEmpty();
    }

    @Test
    void aRestTemplateHasAFunctionThatSelectsTheAccount() {
        // docs/spring.md begin
        RestTemplate template = new RestTemplate(TokenRequestFactory.create());
        template.setInterceptors(List.of(TokenRequestInterceptor.of(tokens, request -> Optional.of(key))));
        String list = template.getForObject(calendars, String.class);
        // docs/spring.md end
        assertThat(list).contains("anna");
    }

    @Test
    void aWebClientServesAllAccounts() {
        // docs/spring.md begin
        WebClient web =
                WebClient.builder().filter(TokenExchangeFilter.of(tokens)).build();
        Mono<String> list = web.get()
                .uri(calendars)
                .attributes(TokenAttributes.account(key))
                .retrieve()
                .bodyToMono(String.class);
        // docs/spring.md end
        assertThat(list.block()).contains("anna");
    }

    // docs/spring.md begin
    @Bean
    ConnectController connect(Tokens tokens) {
        ConnectOptions options = ConnectOptions.defaults()
                .withPages(ConnectPages.redirecting("/settings?connected", "/settings?failed"))
                .withRedirectUri("google", URI.create("https://crm.example/connect/google/callback"));
        return new ConnectController(tokens, AccountResolver.ofPrincipal(), options);
    }

    @Bean
    TokenProblemAdvice problems() {
        return new TokenProblemAdvice(Timekeeper.system(), TokenProblemAdvice.connectRoute("/connect"));
    }
    // docs/spring.md end

    @Test
    void theBeansAreMadeFromTheTokens() {
        assertThat(connect(tokens)).isNotNull();
        TokenException e = TokenException.about(Problem.GRANT_DEAD).key(key).build();
        assertThat(problems().problem(e).getStatusCode().value()).isEqualTo(409);
    }

    @Test
    void theStoreUsesTheConnectionsOfTheApplication() {
        try (RedisProcess server = RedisProcess.start()) {
            LettuceConnectionFactory lettuce =
                    new LettuceConnectionFactory(new RedisStandaloneConfiguration("127.0.0.1", server.port()));
            lettuce.afterPropertiesSet();
            lettuce.start();
            try (RedisTokenStore store = store(lettuce);
                    Tokens own = fixture.process(builder -> builder.store(store))) {
                AccountStatus connected = own.connect(key, fixture.google.consent("anna"));
                assertThat(own.status(key).key()).isEqualTo(connected.key());
            } finally {
                lettuce.destroy();
            }
        }
    }

    // docs/spring.md begin
    @Bean
    RedisTokenStore store(RedisConnectionFactory connections) {
        return SpringDataRedisCommands.store(connections, "crm", RedisOptions.defaults());
    }
    // docs/spring.md end
}
