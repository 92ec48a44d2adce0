package com.example.booking;

import dev.evertoken.spring.boot3.AutoConfigureMockProviders;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The annotation of the starter of this project, so that the tests of both projects are the same. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@AutoConfigureMockProviders
@interface MockedProviders {}
