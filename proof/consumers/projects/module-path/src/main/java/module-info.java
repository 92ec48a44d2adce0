/** An application on the module path. */
module com.example.walk {
    requires dev.evertoken.catalogue;
    requires dev.evertoken.core;
    requires dev.evertoken.micrometer;
    requires dev.evertoken.providers;
    requires dev.evertoken.testing;
}
