package dev.evertoken.testing;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Tests that are run by a test. */
class WithMockProvidersSamples {
    static final AtomicReference<MockProviders> SEEN = new AtomicReference<>();

    @WithMockProviders
    static class WithoutClock {
        @Test
        void getsItsProviders(MockProviders providers, @ProviderId("acme") MockProvider acme) {
            if (providers.rotating() != acme) {
                throw new AssertionError("two acmes in one test");
            }
            SEEN.set(providers);
        }

        @Test
        void requestsAClock(ManualClock clock) {
            throw new AssertionError("got " + clock);
        }

        @Test
        void requestsAnUnknownProvider(@ProviderId("acne") MockProvider acne) {
            throw new AssertionError("got " + acne);
        }

        @Test
        void requestsAProviderWithoutAnId(MockProvider any) {
            throw new AssertionError("got " + any);
        }
    }
}
