package dev.evertoken.spring.boot;

import dev.evertoken.TokensBuilder;
import dev.evertoken.spring.config.ClientReplacement;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Starts the mock providers of {@link AutoConfigureMockProviders}. Stateless. Thread-safe. */
@AutoConfiguration(before = TokensAutoConfiguration.class)
class MockProvidersConfiguration {

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    MockProviders mockProviders() {
        return MockProviders.start();
    }

    @Bean
    ClientReplacement evertokenMockClients(MockProviders mocks) {
        return new MockedClients(mocks);
    }

    /** Registers clients at the mock of their provider. Thread-safe. */
    private record MockedClients(MockProviders mocks) implements ClientReplacement {

        @Override
        public boolean replaces(String providerId) {
            return mocks.all().stream().anyMatch(mock -> mock.id().equals(providerId));
        }

        @Override
        public void register(TokensBuilder builder, String registration, String providerId) {
            MockProvider mock = mocks.provider(providerId);
            TokensBuilder unused = builder.client(registration, providerId, mock.registration())
                    .endpoints(registration, mock.endpoints())
                    .allowHosts(registration, "127.0.0.1", "localhost", "[::1]");
        }
    }
}
