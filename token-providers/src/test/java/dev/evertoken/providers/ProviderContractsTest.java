package dev.evertoken.providers;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.testing.MockResponse;
import dev.evertoken.testing.RefresherContract;
import java.net.URI;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Each provider passes the refresher contract; the providers at the same time, because their tests mostly wait. */
class ProviderContractsTest {

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    @DisplayName("Google")
    class OfGoogle extends RefresherContract {
        @Override
        protected Provider provider() {
            return new Google();
        }
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    @DisplayName("YouTube")
    class OfYouTube extends RefresherContract {
        @Override
        protected Provider provider() {
            return new YouTube();
        }
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    @DisplayName("Strava")
    class OfStrava extends RefresherContract {
        @Override
        protected Provider provider() {
            return new Strava();
        }

        @Override
        protected MockResponse refusal() {
            return MockResponse.json(
                    400,
                    "{\"message\":\"Bad Request\",\"errors\":[{\"resource\":\"RefreshToken\","
                            + "\"field\":\"refresh_token\",\"code\":\"invalid\"}]}");
        }
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    @DisplayName("LinkedIn")
    class OfLinkedIn extends RefresherContract {
        @Override
        protected Provider provider() {
            return new LinkedIn();
        }

        @Override
        protected MockResponse refusal() {
            return MockResponse.json(
                    400,
                    "{\"error\":\"invalid_request\",\"error_description\":\"The provided authorization grant or"
                            + " refresh token is invalid, expired or revoked\"}");
        }
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    @DisplayName("X")
    class OfX extends RefresherContract {
        @Override
        protected Provider provider() {
            return new X();
        }

        @Override
        protected MockResponse refusal() {
            return MockResponse.json(
                    400,
                    "{\"error\":\"invalid_request\","
                            + "\"error_description\":\"Value passed for the token was invalid.\"}");
        }
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    @DisplayName("X with a public client")
    class OfXForEverybody extends OfX {
        @Override
        protected ClientRegistration registration() {
            return ClientRegistration.ofPublic("contract-client-1");
        }
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    @DisplayName("Facebook")
    class OfFacebook extends RefresherContract {
        @Override
        protected Provider provider() {
            return new Facebook();
        }

        @Override
        protected MockResponse refusal() {
            return MockResponse.json(400, GraphBodies.error(190, 463, "Error validating access token"));
        }
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    @DisplayName("Instagram")
    class OfInstagram extends RefresherContract {
        @Override
        protected Provider provider() {
            return new Instagram();
        }

        @Override
        protected MockResponse refusal() {
            return MockResponse.json(400, GraphBodies.error(190, 463, "Error validating access token"));
        }
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    @DisplayName("Any RFC 6749 server")
    class OfAnyServer extends RefresherContract {
        @Override
        protected Provider provider() {
            return OAuth2Provider.builder("acme")
                    .tokenEndpoint(URI.create("https://token.acme.example/token"))
                    .refreshModel(RefreshModel.ROTATING)
                    .build();
        }

        @Test
        @Fault("B8")
        @Override
        protected void reportsARefusedConnectionAsNotSent() {
            super.reportsARefusedConnectionAsNotSent();
        }

        @Test
        @Fault("B8")
        @Override
        protected void reportsAnUnknownHostAsNotSent() {
            super.reportsAnUnknownHostAsNotSent();
        }

        @Test
        @Fault("B8")
        @Override
        protected void reportsAFailedTlsHandshakeAsNotSent() {
            super.reportsAFailedTlsHandshakeAsNotSent();
        }

        @Test
        @Fault("B10")
        @Override
        protected void doesNotRetry() {
            super.doesNotRetry();
        }

        @Test
        @Fault("B10")
        @Override
        protected void reportsARequestWithoutAResponseAsMaybeSent() {
            super.reportsARequestWithoutAResponseAsMaybeSent();
        }

        @Test
        @Fault({"C13", "C14"})
        @Override
        protected void doesNotFollowARedirect() {
            super.doesNotFollowARedirect();
        }

        @Test
        @Fault("C10")
        @Override
        protected void doesNotReadAnEndlessResponse() {
            super.doesNotReadAnEndlessResponse();
        }

        @Test
        @Fault("C11")
        @Override
        protected void endsWithinTheDeadlineIfTheResponseIsSlow() {
            super.endsWithinTheDeadlineIfTheResponseIsSlow();
        }

        @Test
        @Fault("C22")
        @Override
        protected void doesNotExposeSecretsOfTheResponse() {
            super.doesNotExposeSecretsOfTheResponse();
        }
    }
}
