package dev.evertoken.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.model.TokenKey;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;

/** A test of an application with mock providers. */
// docs/spring-boot.md test begin
@SpringBootTest(
        properties = {"evertoken.namespace=crm", "evertoken.store.type=memory", "evertoken.clients.google.scopes=openid"
        })
@AutoConfigureMockProviders
class MockedApplicationTest {

    @Autowired
    MockProviders mocks;

    @Autowired
    Tokens tokens;

    @Test
    void anExpiredTokenIsRefreshed() {
        MockProvider google = mocks.google();
        TokenKey key = TokenKey.of("google", "anna");
        tokens.connect(key, google.consent("anna"));
        google.expire("anna");

        tokens.replace(key, tokens.accessToken(key)); // as an HTTP client does after a rejection

        assertThat(tokens.status(key).generation()).isEqualTo(2);
    }
    // docs/spring-boot.md test end

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(TokensAutoConfiguration.class)
    static class Application {}
}
