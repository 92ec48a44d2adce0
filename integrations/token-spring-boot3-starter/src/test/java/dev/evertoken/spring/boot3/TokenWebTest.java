package dev.evertoken.spring.boot3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.Tokens;
import dev.evertoken.model.ReauthorizationRequiredException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spring.web.ConnectController;
import dev.evertoken.spring.web.ConnectOptions;
import dev.evertoken.spring.web.TokenProblemAdvice;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

/** The beans of a servlet application. */
class TokenWebTest {

    private static final TokenKey ANNA = TokenKey.of("google", "anna");

    private final WebApplicationContextRunner application = new WebApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    MockProvidersConfiguration.class, TokensAutoConfiguration.class, TokenWebAutoConfiguration.class))
            .withPropertyValues(
                    "evertoken.namespace=crm",
                    "evertoken.store.type=memory",
                    "evertoken.clients.google.scopes=openid",
                    "evertoken.clients.google.redirect-uri=https://crm.example/connect/google/callback");

    @Test
    void theRoutesOfTheConsentAreOptIn() {
        application.run(context ->
                assertThat(context).doesNotHaveBean(ConnectController.class).hasSingleBean(TokenProblemAdvice.class));
        application.withPropertyValues("evertoken.connect.enabled=true").run(context -> {
            assertThat(context).hasSingleBean(ConnectController.class);
            assertThat(context.getBean(ConnectOptions.class).redirectUris())
                    .containsEntry("google", URI.create("https://crm.example/connect/google/callback"));
        });
    }

    @Test
    void anEndedGrantNamesTheAddressOfTheRoute() {
        application.withPropertyValues("evertoken.connect.enabled=true").run(context -> {
            MockProvider google = context.getBean(MockProviders.class).google();
            Tokens tokens = context.getBean(Tokens.class);
            tokens.connect(ANNA, google.consent("anna"));

            assertThat(tokens.status(ANNA).reconnectUrl()).isEmpty();
            google.revoke("anna");
            assertThatThrownBy(() -> tokens.replace(ANNA, tokens.accessToken(ANNA)))
                    .isInstanceOf(ReauthorizationRequiredException.class);

            assertThat(tokens.status(ANNA).reconnectUrl()).contains(URI.create("https://crm.example/connect/google"));
        });
    }

    @Test
    void problemDetailsCanBeSwitchedOff() {
        application
                .withPropertyValues("evertoken.problem-details.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(TokenProblemAdvice.class));
    }
}
