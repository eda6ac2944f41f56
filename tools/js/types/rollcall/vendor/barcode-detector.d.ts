interface Found {
  readonly rawValue: string;
}

/** `BarcodeDetector` of the package. */
export class t {
  constructor(options: { formats: string[] });
  detect(source: ImageBitmapSource): Promise<Found[]>;
}

/** `prepareZXingModule` of the package. */
export function n(options: { overrides: { locateFile: (path: string, prefix: string) => string } }): void;
