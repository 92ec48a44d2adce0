/** Mock providers, fakes and contracts for the tests of an application, a store or a provider. */
module dev.evertoken.testing {
    requires transitive dev.evertoken.core;
    requires static transitive org.jspecify;
    requires transitive org.junit.jupiter.api;
    requires org.slf4j;

    exports dev.evertoken.testing;

    // JUnit calls the test methods of the contracts, which are package-private.
    opens dev.evertoken.testing to
            org.junit.platform.commons;
}
