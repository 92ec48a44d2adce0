package dev.evertoken.springserver;

import static org.springframework.security.oauth2.core.ClientAuthenticationMethod.CLIENT_SECRET_BASIC;
import static org.springframework.security.oauth2.core.ClientAuthenticationMethod.NONE;

import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.testing.TestTokens;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServlet;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Tomcat;
import org.springframework.context.annotation.AnnotatedBeanDefinitionReader;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationConsent;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationConsentService;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.OAuth2TokenFormat;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.web.context.support.GenericWebApplicationContext;

/**
 * Spring Authorization Server on a free port of the loopback interface, ready when {@link #start} returns. It has
 * one user, three clients, and rotating refresh tokens. Thread-safe.
 */
final class SpringAuthorizationServer implements AutoCloseable {

    /** The lifetime of its access tokens, by the clock of this machine. */
    static final Duration LIFETIME = Duration.ofMinutes(5);

    static final URI REDIRECT = URI.create("https://app.example/callback");
    static final String USER = "anna";

    /** Strongly referenced, because a collected logger loses its level. */
    private static final Logger TOMCAT_LOG = Logger.getLogger("org.apache");

    private final Tomcat tomcat = new Tomcat();
    private final GenericWebApplicationContext spring = new GenericWebApplicationContext();
    private final TokenRequestLog log = new TokenRequestLog();
    private final Secret password = Secret.of(TestTokens.clientSecret());
    private final ClientRegistration confidential = client("acme-shop").build();
    private final ClientRegistration odd = client("acme:eu/1 +%").build();
    private final ClientRegistration open =
            ClientRegistration.builder("acme-app").scopes("openid", "orders").build();

    private SpringAuthorizationServer() {}

    private static ClientRegistration.Builder client(String id) {
        return ClientRegistration.builder(id)
                .clientSecret(TestTokens.clientSecret())
                .scopes("openid", "orders");
    }

    /** @param folder the folder for the files of Tomcat */
    static SpringAuthorizationServer start(Path folder) throws LifecycleException {
        TOMCAT_LOG.setLevel(Level.WARNING);
        SpringAuthorizationServer server = new SpringAuthorizationServer();
        server.open(folder);
        return server;
    }

    // ---- provider and clients

    /** Returns the generic provider {@code acme} for this server. */
    Provider provider() {
        return OAuth2Provider.builder("acme")
                .authorizationEndpoint(address("/oauth2/authorize"))
                .tokenEndpoint(address("/oauth2/token"))
                .endpoint(EndpointKind.INTROSPECT, address("/oauth2/introspect"))
                .endpoint(EndpointKind.REVOKE, address("/oauth2/revoke"))
                .refreshModel(RefreshModel.ROTATING)
                .build();
    }

    /** Returns the client of an ordinary web application. */
    ClientRegistration confidential() {
        return confidential;
    }

    /** Returns a client whose id and secret must be form-encoded in a Basic header. */
    ClientRegistration odd() {
        return odd;
    }

    /** Returns a client without a secret. The server shows a consent page for it and issues no refresh token. */
    ClientRegistration open() {
        return open;
    }

    URI address(String path) {
        return URI.create("http://127.0.0.1:" + tomcat.getConnector().getLocalPort() + path);
    }

    // ---- user and operator

    /** Returns a new browser of the user, not logged in. */
    Browser browser() {
        return new Browser(USER, password);
    }

    /** Removes the grant of an access token on the server, without a notification of the client. */
    void removeGrant(Secret accessToken) {
        OAuth2AuthorizationService authorizations = spring.getBean(OAuth2AuthorizationService.class);
        OAuth2Authorization grant = authorizations.findByToken(accessToken.reveal(), OAuth2TokenType.ACCESS_TOKEN);
        if (grant == null) {
            throw new IllegalArgumentException("the server does not know this access token");
        }
        authorizations.remove(grant);
    }

    /** Returns every refresh token that was presented since {@link #forget}, including repetitions. */
    List<Secret> presented() {
        return log.refreshTokens();
    }

    /** Clears the presented refresh tokens and the consent of the user. */
    void forget() {
        log.clear();
        OAuth2AuthorizationConsentService consents = spring.getBean(OAuth2AuthorizationConsentService.class);
        OAuth2AuthorizationConsent allowed = consents.findById(open.clientId(), USER);
        if (allowed != null) {
            consents.remove(allowed);
        }
    }

    /** Stops the server and frees the port. */
    @Override
    public void close() throws LifecycleException {
        tomcat.stop();
        tomcat.destroy();
        spring.close();
    }

    // ---- start

    private void open(Path folder) throws LifecycleException {
        tomcat.setBaseDir(folder.toString());
        tomcat.setSilent(true);
        Connector connector = new Connector();
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        tomcat.setConnector(connector);
        StandardContext context = (StandardContext) tomcat.addContext("", folder.toString());
        // The leak detection uses reflection on the JDK and warns if it has no access.
        context.setClearReferencesThreadLocals(false);
        context.setClearReferencesRmiTargets(false);
        context.addServletContainerInitializer((types, servlets) -> register(servlets), null);
        tomcat.start();
        if (!context.getState().isAvailable()) {
            throw new IllegalStateException("the authorization server did not start; Tomcat's log says why");
        }
    }

    private void register(ServletContext servlets) {
        spring.setServletContext(servlets);
        new AnnotatedBeanDefinitionReader(spring).register(ServerConfiguration.class);
        spring.registerBean(RegisteredClientRepository.class, this::clients);
        spring.registerBean(UserDetailsService.class, this::users);
        spring.refresh();
        filter(servlets, "log", log);
        filter(servlets, "security", spring.getBean("springSecurityFilterChain", Filter.class));
        // Tomcat calls filters only for a URL that is mapped to a servlet.
        servlets.addServlet("nothing", new HttpServlet() {}).addMapping("/");
    }

    private static void filter(ServletContext servlets, String name, Filter filter) {
        servlets.addFilter(name, filter).addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), true, "/*");
    }

    private UserDetailsService users() {
        return new InMemoryUserDetailsManager(User.withUsername(USER)
                .password(encoder().encode(password.reveal()))
                .roles("USER")
                .build());
    }

    private RegisteredClientRepository clients() {
        return new InMemoryRegisteredClientRepository(registered(confidential), registered(odd), registered(open));
    }

    private RegisteredClient registered(ClientRegistration client) {
        RegisteredClient.Builder registered = RegisteredClient.withId(client.clientId())
                .clientId(client.clientId())
                .clientAuthenticationMethod(client.clientSecret().isPresent() ? CLIENT_SECRET_BASIC : NONE)
                .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
                .authorizationGrantType(AuthorizationGrantType.REFRESH_TOKEN)
                .redirectUri(REDIRECT.toString())
                .scopes(scopes -> scopes.addAll(client.scopes()))
                .tokenSettings(TokenSettings.builder()
                        .accessTokenFormat(OAuth2TokenFormat.REFERENCE)
                        .accessTokenTimeToLive(LIFETIME)
                        .reuseRefreshTokens(false)
                        .build());
        client.clientSecret().map(secret -> encoder().encode(secret.reveal())).ifPresent(registered::clientSecret);
        return registered.build();
    }

    private PasswordEncoder encoder() {
        return spring.getBean(PasswordEncoder.class);
    }
}
