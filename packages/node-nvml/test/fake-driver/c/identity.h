/* What the fake driver and its cards are called. */
#ifndef IDENTITY_H
#define IDENTITY_H

#include <stdint.h>

#define DRIVER_VERSION "570.133.07"
#define NVML_VERSION "12.570.133.07"
#define CUDA_VERSION 12080
#define CARD_NAME "NVIDIA GeForce RTX 4070"
#define VBIOS_VERSION "95.04.3e.00.77"

enum { IDENTITY_BYTES = 96 };
void uuidOf(uint32_t index, char *text);
void serialOf(uint32_t index, char *text);
/** Cards lie one on each bus, from 1. */
void busIdOf(uint32_t index, char *text);
void legacyBusIdOf(uint32_t index, char *text);

#endif
