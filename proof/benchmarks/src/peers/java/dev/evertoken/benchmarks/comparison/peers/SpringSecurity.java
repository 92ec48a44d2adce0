package dev.evertoken.benchmarks.comparison.peers;

import dev.evertoken.benchmarks.comparison.Client;
import dev.evertoken.benchmarks.comparison.Library;
import dev.evertoken.benchmarks.comparison.Scene;
import java.time.Duration;
import java.time.Instant;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.client.AuthorizedClientServiceOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.InMemoryOAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientProviderBuilder;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.InMemoryClientRegistrationRepository;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;

/** Spring Security's manager of authorized clients, with its defaults and a service in memory. */
public final class SpringSecurity implements Library {

    private static final String REGISTRATION = "acme";
    private static final Authentication USER = new TestingAuthenticationToken("user-42", "none");

    @Override
    public String name() {
        return "Spring Security";
    }

    @Override
    public Duration window() {
        return Duration.ofSeconds(30);
    }

    @Override
    public Client open(Scene scene) {
        ClientRegistration registration = ClientRegistration.withRegistrationId(REGISTRATION)
                .clientId(Scene.CLIENT_ID)
                .clientSecret(Scene.CLIENT_SECRET)
                .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
                .redirectUri("https://app.example/callback")
                .authorizationUri("https://acme.example/authorize")
                .tokenUri(scene.endpoint().toString())
                .build();
        var registrations = new InMemoryClientRegistrationRepository(registration);
        var service = new InMemoryOAuth2AuthorizedClientService(registrations);
        service.saveAuthorizedClient(account(registration, scene), USER);
        var manager = new AuthorizedClientServiceOAuth2AuthorizedClientManager(
                registrations, new SceneService(service, scene.store()));
        manager.setAuthorizedClientProvider(OAuth2AuthorizedClientProviderBuilder.builder()
                .authorizationCode()
                .refreshToken()
                .build());
        return new Open(manager);
    }

    private static OAuth2AuthorizedClient account(ClientRegistration registration, Scene scene) {
        Instant expiry = Instant.now().plus(scene.left());
        Instant issued = expiry.minus(Duration.ofHours(1));
        return new OAuth2AuthorizedClient(
                registration,
                USER.getName(),
                new OAuth2AccessToken(OAuth2AccessToken.TokenType.BEARER, scene.accessToken(), issued, expiry),
                new OAuth2RefreshToken(scene.refreshToken(), issued));
    }

    private record SceneService(OAuth2AuthorizedClientService service, Scene.StoreEvents events)
            implements OAuth2AuthorizedClientService {
        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // the form of Spring Security
        public <T extends OAuth2AuthorizedClient> T loadAuthorizedClient(String registration, String principal) {
            events.read();
            return service.loadAuthorizedClient(registration, principal);
        }

        @Override
        public void saveAuthorizedClient(OAuth2AuthorizedClient client, Authentication principal) {
            events.save();
            service.saveAuthorizedClient(client, principal);
        }

        @Override
        public void removeAuthorizedClient(String registration, String principal) {
            events.remove();
            service.removeAuthorizedClient(registration, principal);
        }
    }

    private record Open(AuthorizedClientServiceOAuth2AuthorizedClientManager manager) implements Client {
        @Override
        public String token() {
            return current().getAccessToken().getTokenValue();
        }

        private OAuth2AuthorizedClient current() {
            OAuth2AuthorizedClient client = manager.authorize(OAuth2AuthorizeRequest.withClientRegistrationId(
                            REGISTRATION)
                    .principal(USER)
                    .build());
            if (client == null) {
                throw new IllegalStateException("the account is not authorized");
            }
            return client;
        }

        @Override
        public String printed() {
            OAuth2AuthorizedClient client = current();
            return client + " " + client.getAccessToken() + " " + client.getRefreshToken() + " "
                    + client.getClientRegistration();
        }

        @Override
        public double secondsLeft() {
            return Duration.between(Instant.now(), current().getAccessToken().getExpiresAt())
                    .toSeconds();
        }
    }
}
