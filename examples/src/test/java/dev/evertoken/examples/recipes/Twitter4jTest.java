package dev.evertoken.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.ReauthorizationRequiredException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import dev.evertoken.testing.WithMockProviders;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import twitter4j.Twitter;
import twitter4j.TwitterException;

/** Twitter4j signs its requests itself, with the token and its secret. */
@WithMockProviders
class Twitter4jTest {

    private final TokenKey key = TokenKey.of("x-oauth1", "user-42");
    private MockProvider x;
    private Tokens tokens;

    @BeforeEach
    void connect(MockProviders providers) {
        x = providers.xOAuth1();
        tokens = x.configure(Tokens.builder().namespace("crm").store("memory:")).build();
        tokens.connect(key, x.consent("user-42"));
    }

    @AfterEach
    void close() {
        tokens.close();
    }

    @Test
    void aRequestIsSignedWithTheTokenAndItsSecret() throws TwitterException {
        twitter().v1().users().removeProfileBanner();

        assertThat(x.ledger().entries()).anyMatch(entry -> entry.detail().equals("accepted"));
    }

    @Test
    void aRevokedTokenIsRefusedAndNoOtherIsReturned() {
        Twitter twitter = twitter();
        x.revoke("user-42");

        assertThatThrownBy(() -> twitter.v1().users().removeProfileBanner())
                .isInstanceOfSatisfying(
                        TwitterException.class,
                        refused -> assertThat(refused.getStatusCode()).isEqualTo(401));
        assertThatThrownBy(() -> tokens.replace(key, tokens.accessToken(key)))
                .isInstanceOf(ReauthorizationRequiredException.class);
    }

    private Twitter twitter() {
        ClientRegistration client = x.registration();
        Twitter.TwitterBuilder builder = Twitter.newBuilder();
        Properties addresses = new Properties();
        addresses.setProperty("restBaseURL", x.apiUrl() + "/");
        builder.load(addresses);
        // docs/recipes.md begin
        AccessToken token = tokens.accessToken(key);
        builder.oAuthConsumer(
                client.clientId(), client.clientSecret().orElseThrow().reveal());
        builder.oAuthAccessToken(
                token.value().reveal(), token.tokenSecret().orElseThrow().reveal());
        Twitter twitter = builder.build();
        // docs/recipes.md end
        return twitter;
    }
}
