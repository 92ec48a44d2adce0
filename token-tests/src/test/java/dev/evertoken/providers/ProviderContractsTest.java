package dev.evertoken.providers;

import dev.evertoken.model.RefreshModel;
import dev.evertoken.spi.Provider;
import dev.evertoken.testing.Answer;
import dev.evertoken.testing.RefresherContract;
import java.net.URI;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;

/** Each provider keeps what every refresher promises. */
class ProviderContractsTest {

    @Nested
    @DisplayName("Google")
    class OfGoogle extends RefresherContract {
        @Override
        protected Provider provider() {
            return new Google();
        }
    }

    @Nested
    @DisplayName("Strava")
    class OfStrava extends RefresherContract {
        @Override
        protected Provider provider() {
            return new Strava();
        }

        @Override
        protected Answer refusal() {
            return Answer.json(
                    400,
                    "{\"message\":\"Bad Request\",\"errors\":[{\"resource\":\"RefreshToken\","
                            + "\"field\":\"refresh_token\",\"code\":\"invalid\"}]}");
        }
    }

    @Nested
    @DisplayName("Any RFC 6749 server")
    class OfAnyServer extends RefresherContract {
        @Override
        protected Provider provider() {
            return OAuth2Provider.builder("acme")
                    .tokenEndpoint(URI.create("https://token.acme.example/token"))
                    .refreshModel(RefreshModel.ROTATING)
                    .build();
        }
    }
}
