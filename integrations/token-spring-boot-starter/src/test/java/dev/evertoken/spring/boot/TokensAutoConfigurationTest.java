package dev.evertoken.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.evertoken.Tokens;
import dev.evertoken.model.TokenKey;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The properties of an application become its tokens. */
class TokensAutoConfigurationTest {

    @TempDir
    Path folder;

    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(TokensAutoConfiguration.class))
            .withPropertyValues(
                    "evertoken.namespace=crm",
                    "evertoken.clients.google.client-id=123-abc.apps.googleusercontent.com",
                    "evertoken.clients.google.client-secret=3f8a1c09e4b7",
                    "evertoken.clients.google.scopes=openid,email");

    @Test
    void thePropertiesOfAFileStoreBecomeTokens() {
        application
                .withPropertyValues("evertoken.store.file.path=" + folder, "evertoken.environment=stage")
                .run(context -> {
                    assertThat(context).hasSingleBean(Tokens.class);
                    assertThat(context.getBean(Tokens.class).toString())
                            .startsWith("Tokens[crm/stage, store FileTokenStore (SHARED)");
                });
    }

    @Test
    void theEndOfTheContextClosesTheTokens() {
        Tokens[] kept = new Tokens[1];
        application.withPropertyValues("evertoken.store.file.path=" + folder).run(context -> {
            kept[0] = context.getBean(Tokens.class);
        });

        assertThatIllegalStateException()
                .isThrownBy(() -> kept[0].accessToken(TokenKey.of("google", "anna")))
                .withMessage("this Tokens is closed");
    }
}
